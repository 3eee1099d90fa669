#!/bin/sh
# submarine-bake.sh KERNEL
#
# Runs where `submarine image bake` builds a kernel: in a stage of an image's build that nothing is
# kept of but /opt/submarine. It lies beside the bootstrap and hands it what is too long for an
# instruction of a Dockerfile. The rest of the contract is set there.
#
#   specification-1...n   the pieces of the specification
#   archives/             what is installed, see SUBMARINE_ARCHIVES
#   files/NAME/FILE       what the build reads, for SUBMARINE_BUILD_<NAME>
#
# When the build fails its log is printed, between two lines that begin with "submarine-log",
# since it lies in a stage that will be gone.

set -eu

bake_folder=${0%/*}

# The x keeps the line ends that $(...) drops.
bake_piece=1
while [ -f "$bake_folder/specification-$bake_piece" ]; do
    bake_text=$(cat "$bake_folder/specification-$bake_piece" && printf x)
    export "SUBMARINE_SPEC_$bake_piece=${bake_text%x}"
    bake_piece=$((bake_piece + 1))
done

for bake_name in "$bake_folder"/files/*; do
    # The name of a file may begin with a dot.
    for bake_file in "$bake_name"/* "$bake_name"/.[!.]*; do
        [ ! -f "$bake_file" ] || export "SUBMARINE_BUILD_${bake_name##*/}=$bake_file"
    done
done

export SUBMARINE_ARCHIVES="$bake_folder/archives" SUBMARINE_LOG="$bake_folder/build.log"
bake_status=0
"$bake_folder/submarine-bootstrap.sh" --kernel "$1" --install || bake_status=$?
if [ "$bake_status" != 0 ]; then
    printf '\nsubmarine-log begins\n'
    cat "$SUBMARINE_LOG" 2>/dev/null || :
    printf '\nsubmarine-log ends\n'
fi
exit "$bake_status"
