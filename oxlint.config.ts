import { arrows } from './scripts/arrows.ts';

export default {
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'react', 'jsx-a11y', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['**/dist/**', '**/data/**', '**/node_modules/**'],
  rules: {
    'import/no-cycle': 'error',
    'import/no-self-import': 'error',
    'max-lines': ['error', { max: 400 }],
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-empty': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': 'error',
    'vitest/no-focused-tests': 'error',
    'vitest/no-disabled-tests': 'error',
    'vitest/no-identical-title': 'error',
    // Default exports that also offer their members by name are used as their documentation shows.
    'import/no-named-as-default-member': 'off',
    // Style sheets and polyfills are imported for what they do.
    'import/no-unassigned-import': 'off',
    // React 19 needs no name in scope for JSX.
    'react/react-in-jsx-scope': 'off',
    // Small helpers stand beside their one use, and a copy is iterated where the original may change.
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/no-useless-spread': 'off',
    'promise/always-return': 'off',
    'no-shadow': 'off',
    'no-new': 'off',
    // What a loop waits for may be changed by a callback.
    'no-unmodified-loop-condition': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    // For Express, which does not await its handlers; fastify does.
    'oxc/no-async-endpoint-handlers': 'off',
    // Control characters are matched here to keep them out.
    'no-control-regex': 'off',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' }],
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    // Properties assert in helpers and for the cases that a generator brings.
    'vitest/expect-expect': 'off',
    'vitest/no-conditional-expect': 'off',
    // The React compiler's rules; the compiler is not in use, and latest-value refs are.
    'react/refs': 'off',
    'react/purity': 'off',
    'react/set-state-in-effect': 'off',
    'react/exhaustive-effect-dependencies': 'off',
    // Dialogs move the focus to their first field, and scrolling regions must be reachable by keyboard.
    'jsx-a11y/no-autofocus': 'off',
    'jsx-a11y/no-noninteractive-tabindex': 'off',
    'jsx-a11y/no-noninteractive-element-interactions': 'off',
    // A live region is not an output of a form, which is what the tag would say.
    'jsx-a11y/prefer-tag-over-role': 'off',
  },
  overrides: arrows,
};
