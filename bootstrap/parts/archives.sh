# --- archives --------------------------------------------------------------------

# find_archive KIND URL
# Sets arc_file to where the archive of that address lies.
find_archive() {
    arc_url=${2%%#*}
    case $arc_url in
    file://*)
        # There may be the name of a host, which is this one's.
        arc_file=${arc_url#file://}
        decode_percent "/${arc_file#*/}" ;;
    *) decode_percent "$inst_archives/$1/${arc_url##*/}" ;;
    esac
}

# decode_percent TEXT
# Sets arc_file to TEXT with each %XX replaced.
decode_percent() {
    arc_file='' arc_rest=$1%
    while [ -n "$arc_rest" ]; do
        arc_file=$arc_file${arc_rest%%"%"*}
        arc_rest=${arc_rest#*"%"}
        case $arc_rest in
        '') ;;
        [0-9A-Fa-f][0-9A-Fa-f]*)
            # The format is made of three octal digits.
            # shellcheck disable=SC2059
            arc_file=$arc_file$(printf "\\$(printf %03o "0x${arc_rest%"${arc_rest#??}"}")")
            arc_rest=${arc_rest#??} ;;
        *) arc_file=$arc_file% ;;
        esac
    done
}

# check_archives LIST
# Fails unless what LIST names is there, with the bytes that it says: lines of sha256, md5 or none,
# the sum, the address and the file. The log tells of all that is not.
check_archives() {
    arc_wrong=
    while read -r _ _ arc_url arc_file; do
        [ -f "$arc_file" ] || tell_wrong "submarine: missing: ${arc_file##*/}"
    done <"$1"
    [ -z "$arc_wrong" ] || return
    compare_sums "$1" sha256 && compare_sums "$1" md5 && [ -z "$arc_wrong" ]
}

# compare_sums LIST ALGORITHM
# One process for all, in whose answer a line begins with the sum.
compare_sums() {
    set -- "$1" "$2"
    arc_list=$1 arc_algorithm=$2
    shift 2
    while read -r arc_kind _ _ arc_file; do
        [ "$arc_kind" != "$arc_algorithm" ] || set -- "$@" "$arc_file"
    done <"$arc_list"
    [ $# != 0 ] || return 0
    "${arc_algorithm}sum" "$@" >"$inst_work/sums" || return
    while read -r arc_kind arc_sum arc_url _; do
        [ "$arc_kind" = "$arc_algorithm" ] || continue
        read -r arc_found _ <&3 || return
        [ "$arc_found" = "$arc_sum" ] || tell_wrong "submarine: wrong: $arc_url" \
            "submarine: wrong:   expected $arc_algorithm $arc_sum" "submarine: wrong:   found    $arc_algorithm $arc_found"
    done <"$arc_list" 3<"$inst_work/sums"
}

# tell_wrong LINE...
tell_wrong() {
    printf '%s\n' "$@"
    arc_wrong=1
}
