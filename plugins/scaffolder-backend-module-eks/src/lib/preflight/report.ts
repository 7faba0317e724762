import type { FieldProblem } from '../input';

/** One line of the report. */
export type ReportLine = {
  /** What was looked at: `name`, `targets[0].namespace`, `image repository`. */
  check: string;
  status: 'passed' | 'warning' | 'failed';
  /** What was found, and what to do about it. */
  message: string;
};

/** Collects what the checks found. */
export class Report {
  readonly lines: ReportLine[] = [];
  readonly problems: FieldProblem[] = [];

  passed(check: string, message: string) {
    this.lines.push({ check, status: 'passed', message });
  }

  /** Something that does not stop the service, or that could not be found out. */
  warning(check: string, message: string) {
    this.lines.push({ check, status: 'warning', message });
  }

  /** Something that would make a later step fail, by the field to change. */
  failed(check: string, problem: FieldProblem) {
    this.lines.push({
      check,
      status: 'failed',
      message: `\`${problem.field}\`: ${problem.message}`,
    });
    this.problems.push(problem);
  }

  /** Passed without problems, failed with each of them otherwise. */
  judge(check: string, problems: FieldProblem[], message: string) {
    if (problems.length === 0) {
      this.passed(check, message);
    }
    for (const problem of problems) {
      this.failed(check, problem);
    }
  }
}
