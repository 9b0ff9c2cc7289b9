import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where a hub runs while the console is developed (`npm run dev -w packages/console`). */
const hub = process.env['PARLEY_HUB'] ?? 'http://127.0.0.1:8787';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Inlined assets would be `data:` addresses, which the hub's content-security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            {
              name: 'controls',
              test: /node_modules[\\/](react-aria|react-stately|@react-aria|@react-stately|@internationalized)/,
            },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/v1': { target: hub, ws: true },
      '/openapi.json': hub,
    },
  },
});
