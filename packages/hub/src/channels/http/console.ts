import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { HttpContext } from './context.ts';

/** Addresses of the console's own pages, which one document serves: the lobby and the rooms. */
const PAGES = ['/', '/c/*'];
const YEAR_S = 365 * 24 * 3600;

/** The built console; until there is one, a page that says how to build it. */
export function consoleRoutes(server: FastifyInstance, { settings }: HttpContext): void {
  const directory = settings.consoleDirectory;
  const isBuilt = directory !== null && existsSync(join(directory, 'index.html'));
  if (isBuilt) {
    server.register(fastifyStatic, {
      root: directory,
      // One route for each file that is there: an unknown path stays a 404.
      wildcard: false,
      index: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        // The build names what is in assets/ by content; everything else can change under its name.
        const named = path.includes('/assets/');
        reply.header('cache-control', named ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
      },
    });
  }
  const page = (_request: unknown, reply: FastifyReply): FastifyReply =>
    isBuilt
      ? reply.sendFile('index.html')
      : reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(NOT_BUILT);
  for (const path of PAGES) server.get(path, page);
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley</title>
<body style="font: 1rem/1.5 system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>Parley is running</h1>
<p>Its web console has not been built yet. In the project’s directory, run</p>
<pre>npm run build --workspace packages/console</pre>
<p>and start the hub again. <code>npm start</code> does both.</p>
<p>The API is here already: <a href="/openapi.json">HTTP</a>, <a href="/asyncapi.json">WebSocket</a>,
<a href="/errors.json">errors</a>.</p>
</html>
`;
