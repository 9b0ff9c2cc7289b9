// The `parley` command. Imports nothing by itself, so that a Node that is too old for the rest can say so.
// (Before 22.18 Node cannot read this file at all; `npm start` brings the right one along.)
const major = Number(process.versions.node.split('.')[0]);

if (major < 24) {
  process.stderr.write(
    `parley needs Node 24 or later, this is ${process.version}. In a checkout, "npx parley" brings the right one.\n`,
  );
  process.exitCode = 2;
} else {
  // Whoever reads the output may have had enough (`parley tail … | head`): that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const { run } = await import('./program.ts');
  process.exitCode = await run(process.argv.slice(2));
}
