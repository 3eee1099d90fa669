#!/usr/bin/env node
require('../dist/main.cjs').main(process.argv.slice(2), { env: process.env, cwd: process.cwd(), streams: process }).then((code) => { process.exitCode = code; });
