import { types } from 'node:util';

/**
 * In jest the errors that Node throws are no instances of the `Error` that
 * tests and what they load see, and the AWS SDK wraps such errors in one that
 * has lost their code. Outside of jest there is one `Error`: here too, then.
 */
const usual = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, candidate: unknown) {
    return (
      (this === Error && types.isNativeError(candidate)) ||
      usual.call(this, candidate)
    );
  },
});
