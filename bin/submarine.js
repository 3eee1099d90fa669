#!/usr/bin/env node
process.exitCode = await (
  await import('../dist/main.cjs')
).main(process.argv.slice(2), { env: process.env, cwd: process.cwd(), streams: process });
