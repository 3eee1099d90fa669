#!/usr/bin/env node
void require('../dist/main.cjs').main(process.argv.slice(2), { env: process.env, cwd: process.cwd(), streams: process }).then((code) => { process.exitCode = code; });
