import type { NormalizedSchema } from '@smithy/core/schema';
import { isRecord } from '../core';
import { AwsError } from './errors';

/** What a text must be like; a violation names the field. */
export interface TextRule {
  pattern?: RegExp;
  min?: number;
  max?: number;
  oneOf?: readonly string[];
}

/** How a service says that a field is wrong. */
export type InputProblem = (field: string, constraint: string) => AwsError;

function violation(value: string, rule: TextRule): string | undefined {
  if (rule.min !== undefined && value.length < rule.min) {
    return `Member must have length greater than or equal to ${rule.min}`;
  }
  if (rule.max !== undefined && value.length > rule.max) {
    return `Member must have length less than or equal to ${rule.max}`;
  }
  if (rule.pattern && !rule.pattern.test(value)) {
    return `must satisfy regular expression '${rule.pattern.source.replace(
      /^\^|\$$/g,
      '',
    )}'`;
  }
  if (rule.oneOf && !rule.oneOf.includes(value)) {
    return `Member must satisfy enum value set: [${rule.oneOf.join(', ')}]`;
  }
  return undefined;
}

/**
 * Reads the fields of a request. Every reader answers `undefined` for a field
 * that is missing or null and throws the service's own error for one of the
 * wrong type.
 */
export class Input {
  constructor(
    private readonly fields: Record<string, unknown>,
    private readonly problem: InputProblem,
    private readonly path = '',
    /** What AWS takes: to read anything else is a mistake of the sandbox. */
    private readonly schema?: NormalizedSchema,
  ) {}

  private name(field: string) {
    return this.path ? `${this.path}.${field}` : field;
  }

  private fail(field: string, constraint: string): AwsError {
    return this.problem(this.name(field), constraint);
  }

  private member(field: string): NormalizedSchema | undefined {
    if (!this.takes(field)) {
      throw new Error(
        `reads ${this.name(field)}, which AWS does not have in a ${this.schema?.getName()}`,
      );
    }
    return this.schema?.getMemberSchema(field);
  }

  /** Whether a request may have the field at all. */
  takes(field: string): boolean {
    return !this.schema || new Map(this.schema.structIterator()).has(field);
  }

  private value(field: string): unknown {
    this.member(field);
    return Object.hasOwn(this.fields, field)
      ? (this.fields[field] ?? undefined)
      : undefined;
  }

  private required<T>(field: string, value: T | undefined): T {
    if (value === undefined) {
      throw this.fail(field, 'Member must not be null');
    }
    return value;
  }

  has(field: string): boolean {
    return this.value(field) !== undefined;
  }

  text(field: string, rule: TextRule = {}): string | undefined {
    const value = this.value(field);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'string') {
      throw this.fail(field, 'Member must be a string');
    }
    const violated = violation(value, rule);
    if (violated) {
      throw this.fail(field, violated);
    }
    return value;
  }

  requiredText(field: string, rule: TextRule = {}): string {
    return this.required(field, this.text(field, rule));
  }

  boolean(field: string): boolean | undefined {
    const value = this.value(field);
    if (value === 'true' || value === 'false') {
      return value === 'true';
    }
    if (value !== undefined && typeof value !== 'boolean') {
      throw this.fail(field, 'Member must be a boolean');
    }
    return value;
  }

  /** A whole number between `min` and `max`; a text of digits counts too. */
  integer(field: string, min: number, max: number): number | undefined {
    const value = this.value(field);
    if (value === undefined) {
      return undefined;
    }
    const number =
      typeof value === 'string' && /^-?\d+$/.test(value)
        ? Number(value)
        : value;
    if (typeof number !== 'number' || !Number.isInteger(number)) {
      throw this.fail(field, 'Member must be an integer');
    }
    if (number < min) {
      throw this.fail(
        field,
        `Member must have value greater than or equal to ${min}`,
      );
    }
    if (number > max) {
      throw this.fail(
        field,
        `Member must have value less than or equal to ${max}`,
      );
    }
    return number;
  }

  /** A list of texts; a single text (a query parameter) is a list of one. */
  texts(field: string, rule: TextRule = {}): string[] | undefined {
    const value = this.value(field);
    if (value === undefined) {
      return undefined;
    }
    const list = Array.isArray(value) ? value : [value];
    return list.map(item => {
      if (typeof item !== 'string') {
        throw this.fail(field, 'Member must be a list of strings');
      }
      const violated = violation(item, rule);
      if (violated) {
        throw this.fail(field, violated);
      }
      return item;
    });
  }

  requiredTexts(field: string, rule: TextRule = {}): string[] {
    return this.required(field, this.texts(field, rule));
  }

  object(field: string): Input | undefined {
    const value = this.value(field);
    if (value === undefined) {
      return undefined;
    }
    if (!isRecord(value)) {
      throw this.fail(field, 'Member must be a structure');
    }
    return new Input(value, this.problem, this.name(field), this.member(field));
  }

  objects(field: string): Input[] | undefined {
    const value = this.value(field);
    if (value === undefined) {
      return undefined;
    }
    if (value === '') {
      // A list without items, as a form writes it.
      return [];
    }
    if (!Array.isArray(value)) {
      throw this.fail(field, 'Member must be a list');
    }
    return value.map((item, index) => {
      if (!isRecord(item)) {
        throw this.fail(field, 'Member must be a list of structures');
      }
      return new Input(
        item,
        this.problem,
        `${this.name(field)}.${index + 1}`,
        this.member(field)?.getValueSchema(),
      );
    });
  }

  requiredObjects(field: string): Input[] {
    return this.required(field, this.objects(field));
  }

  /** A map from text to text. */
  map(field: string): Record<string, string> | undefined {
    const value = this.value(field);
    if (value === undefined) {
      return undefined;
    }
    if (!isRecord(value)) {
      throw this.fail(field, 'Member must be a map');
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        if (typeof item !== 'string') {
          throw this.fail(field, 'Member must be a map of strings');
        }
        return [key, item];
      }),
    );
  }

  /** For {@link Error}-free checks across fields. */
  reject(field: string, constraint: string): never {
    throw this.fail(field, constraint);
  }
}
