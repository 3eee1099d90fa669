#!/bin/sh
# A day with one experiment: it is started, left alone, found again, followed, entered and stopped; and repeated the
# next day, when its environment is gone.
#
#   sh examples/a-day.sh [IMAGE]
set -eu
image=${1:-python:3.12-slim}

submarine env add --name a-day --image "$image" --replace >/dev/null

# In the morning: start it, note its id, and go away.
first=$(submarine run --detach --env a-day --results out -- sh -c '
  mkdir -p out
  for epoch in 1 2 3; do echo "epoch $epoch"; sleep 1; done
  echo 0.93 >out/accuracy
  echo waiting
  while :; do sleep 0.1; done')

# At noon: is it still there, and how far is it?
submarine ps --env a-day
until submarine logs "$first" | grep -q waiting; do sleep 0.2; done
submarine logs --tail 2 "$first"
submarine exec "$first" -- cat out/accuracy

# In the evening: enough of it.
submarine stop --timeout 1s "$first"
submarine env delete --yes a-day

# The next day: the same again, though nobody has kept the environment.
second=$(submarine rerun --detach "$first")
until submarine logs "$second" | grep -q waiting; do sleep 0.2; done
submarine stop --timeout 1s "$second"

submarine runs list --env a-day
submarine runs diff "$first" "$second" && echo 'there is no difference'
submarine rm "$first" "$second"
