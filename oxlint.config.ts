import { arrows } from './scripts/arrows.ts';

export default {
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'react', 'jsx-a11y', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['**/dist/**', '**/data/**', '**/node_modules/**'],
  rules: {
    'import/no-cycle': 'error',
    'import/no-self-import': 'error',
    'max-lines': ['error', { max: 400 }],
    eqeqeq: 'error',
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
    // A live region is not an output of a form, which is what the tag would say.
    'jsx-a11y/prefer-tag-over-role': 'off',
  },
  overrides: arrows,
};
