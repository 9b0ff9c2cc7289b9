/** What a promise is rejected with, caught from the beginning so that it can be looked at later. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => ({ fulfilledWith: value }),
    (error: unknown) => error,
  );
