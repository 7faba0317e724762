import type { ExplanationCode, Termination } from '../types';

type Words = readonly (readonly [ExplanationCode, RegExp])[];

// The order counts: a registry answers `not found` for a platform that an image
// lacks, and Docker Hub says of what it refuses that it may not exist.
const IMAGE_PROBLEMS: Words = [
  [
    'image-rate-limited',
    /toomanyrequests|too many requests|rate limit|qps exceeded/i,
  ],
  [
    'image-wrong-platform',
    /no match(?:ing manifest)? for (?:platform|\S+ in the manifest)|exec format error/i,
  ],
  [
    'image-denied',
    /access denied|unauthorized|forbidden|authorization failed|not authorized|no basic auth credentials|insufficient_scope|authentication required/i,
  ],
  [
    'image-not-found',
    /not found|manifest unknown|name unknown|does not exist/i,
  ],
];

const START_PROBLEMS: Words = [
  ['image-wrong-platform', /exec format error/i],
  [
    'command-not-found',
    /executable file not found|exec: .*no such file or directory/i,
  ],
];

/** What a shell ends with when it finds no such program. */
const NOT_FOUND_EXIT_CODE = 127;

/**
 * Why an image cannot be pulled, in the words of containerd and of registries;
 * `image-pull` if they do not say.
 */
export function imageProblem(message: string | undefined): ExplanationCode {
  return find(IMAGE_PROBLEMS, message) ?? 'image-pull';
}

/** Why a container's program cannot be started, in the words of its runtime. */
export function startProblem(
  message: string | undefined,
): ExplanationCode | undefined {
  return find(START_PROBLEMS, message);
}

/**
 * Why a container's program could not be started the last time. The message of
 * one that ran is its own, and may say anything.
 */
export function endProblem({
  reason,
  exitCode,
  message,
}: Omit<Termination, 'container'>): ExplanationCode | undefined {
  if (reason === 'StartError' || reason === 'ContainerCannotRun') {
    return startProblem(message);
  }
  return exitCode === NOT_FOUND_EXIT_CODE ? 'command-not-found' : undefined;
}

/** Names in the message, which somebody chose, are no words of the cluster. */
function find(words: Words, message = ''): ExplanationCode | undefined {
  const said = message.replace(/"[^"]*"|https?:\/\/\S+/g, '""');
  return words.find(([, pattern]) => pattern.test(said))?.[0];
}
