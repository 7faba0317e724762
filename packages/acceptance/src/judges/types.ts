import type { Combination } from './combinations';

/** A repository that the template filled in, as after its first delivery. */
export interface Rendering {
  name: string;
  combination: Combination;
  /** Folder of the repository. */
  repository: string;
  /** What each overlay renders to, and what the namespaces were made from, by `<environment>.yaml`. */
  manifests: Record<string, string>;
}

/** Files that a judge looks at together; the same ones are judged once. */
export interface Subject {
  /** Folder with these files, and nothing else. */
  folder: string;
  /** The first repository that has them. */
  rendering: Rendering;
}

/** What a judge has against a subject. */
export interface Objection {
  folder: string;
  /** The judge's own name of its rule. */
  rule: string;
  /** File, object or line. */
  at: string;
  message: string;
}

/** Where the programs are. */
export interface Tools {
  /** Folder of what came from PyPI. */
  python: string;
  /** Folder of what was built from Go modules. */
  go: string;
  /** Folder of a control plane's programs. */
  cluster: string;
  /** Folder with the schemas of Kubernetes' own kinds. */
  kubernetesSchemas: string;
}

/** A program that nobody here wrote, and what it is asked. */
export interface Judge {
  name: string;
  /** What it looks at. */
  artifact: string;
  /** Files for it by path, or nothing where the repository has none. */
  files(rendering: Rendering): Record<string, string> | undefined;
  /** Looks at all subjects. Throws where it cannot do its work. */
  judge(subjects: Subject[], tools: Tools): Promise<Objection[]>;
}

/** What a judge has against a repository. */
export interface Finding {
  judge: string;
  rendering: string;
  rule: string;
  at: string;
  message: string;
}
