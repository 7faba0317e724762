import { isError } from '@backstage/errors';

/**
 * Removes something. Gone is what was asked for: an answer may have been lost
 * on the way. AWS knows no tags of what is gone, and where permissions depend
 * on them it says that access is denied.
 *
 * @param read - what is there; undefined when nothing is
 */
export async function removeUnlessGone(
  remove: () => Promise<unknown>,
  read: () => Promise<unknown>,
): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!isError(error)) {
      throw error;
    }
    const gone =
      error.name === 'NotFoundError' ||
      (error.name === 'NotAllowedError' && (await read()) === undefined);
    if (!gone) {
      throw error;
    }
  }
}
