/** How long ago something was, in milliseconds; 0 of what is not known. */
export function ageOf(time: string | undefined, now: Date): number {
  return time === undefined ? 0 : now.getTime() - Date.parse(time);
}
