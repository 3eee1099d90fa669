#!/bin/sh
':' // ; exec node -- "$0" "$@" # without the dashes Node 20 reads an --env-file of the command as its own
require('../dist/main.cjs').start(process);
