/** Lists of common words by language (`eng`, `deu`, …), beside some functions. The package has no types. */
declare module 'stopword';
