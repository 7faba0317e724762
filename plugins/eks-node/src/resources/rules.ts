/**
 * One thing that is wrong with what somebody entered.
 *
 * @public
 */
export interface FieldProblem {
  /** Path of the field as the template's author wrote it: `lifecycle.keepTagged.count`. */
  field: string;
  /** A sentence that says what is wrong and what would be right. */
  message: string;
}

/**
 * Turns the sentence of a shared rule, which begins with the name of the
 * field, into a problem of a field of an action's input.
 *
 * @param sentence - `namespace: "kube-system" is reserved …`; undefined when all is well
 * @param field - name of the field in the input, where it differs from the rule's
 * @public
 */
export function ruleProblems(
  sentence: string | undefined,
  field?: string,
): FieldProblem[] {
  if (sentence === undefined) {
    return [];
  }
  const colon = sentence.indexOf(': ');
  return [
    {
      field: field ?? sentence.slice(0, colon),
      message: sentence.slice(colon + 2),
    },
  ];
}
