# --- one kernel ----------------------------------------------------------------

# cache_choose KERNEL
# Sets cache_kernel, cache_platform and cache_id.
cache_choose() {
    case $1 in
    *[!A-Za-z0-9._/-]* | *..* | */*/* | /* | */) die 2 'not the path of a kernel' '' ;;
    */*) ;;
    *) die 2 'not the path of a kernel' '' ;;
    esac
    cache_kernel=$1
    cache_platform=${1%/*}
    cache_id=${1#*/}
}

# cache_lock DESCRIPTOR NAME
# Takes a lock of the bootstrap's. Fails with 2 when this user may not, and otherwise when another
# process has it.
cache_lock() {
    if ! cache_go locks; then
        { cache_go && mkdir locks && cache_go locks; } 2>/dev/null || return 2
    fi
    # So nothing is written through a link that leads to no file.
    set -C
    [ -e "./$2" ] || { printf '' >"./$2"; } 2>/dev/null || :
    set +C
    # A shell would end of a file that it cannot open.
    if [ -L "./$2" ] || [ ! -f "./$2" ] || [ ! -r "./$2" ]; then return 2; fi
    eval "exec $1<\"./\$2\""
    try_lock "$1"
}

# cache_state
# Prints in which state the prefix is whose mark was read.
cache_state() {
    if [ "$cache_form" = complete ]; then
        printf complete
        return 0
    fi
    cache_status=0
    (
        cache_go locks && [ -e "./$cache_platform-$cache_id" ] || exit 0
        cache_lock 9 "$cache_platform-$cache_id"
    ) || cache_status=$?
    case $cache_status in 0 | 2) printf %s "${cache_form:-unfinished}" ;; *) printf building ;; esac
}

# cache_used
# Prints when the kernel was built, or when a start of an earlier version last found it if that is
# later. For a subshell.
cache_used() {
    cache_newest=0
    if cache_go "used/$cache_platform"; then cache_newer "./$cache_id"; fi
    if cache_go "kernels/$cache_kernel/conda-meta"; then
        for cache_file in ./submarine-complete*; do cache_newer "$cache_file"; done
    fi
    if [ "$cache_newest" = 0 ] && cache_go "kernels/$cache_kernel"; then cache_newer .; fi
    printf %s "$cache_newest"
}

# cache_newer FILE
# Sets cache_newest to when FILE was changed, if that is later.
cache_newer() {
    [ -e "$1" ] || return 0
    cache_time=$(stat -c %Y "$1" 2>/dev/null) || cache_time=$(stat -f %m "$1")
    if [ "$cache_time" -gt "$cache_newest" ]; then cache_newest=$cache_time; fi
}

# cache_enter_kernel KERNEL
cache_enter_kernel() {
    cache_choose "$1"
    cache_go "kernels/$1" || die 66 "kernel $cache_id is not there any more" 'see: submarine kernel list'
}

# cache_rename_mark FROM TO
# Into a folder of the name TO, or behind a link to one, mv would move it.
cache_rename_mark() (
    cache_go "kernels/$cache_kernel/conda-meta" && [ ! -d "./$2" ] && mv "./$1" "./$2" 2>/dev/null
)

# cache_has_mark
# Whether the prefix that is the working directory has a mark, of whatever form.
cache_has_mark() {
    [ ! -L conda-meta ] && [ ! -L conda-meta/submarine-complete ] && [ -f conda-meta/submarine-complete ]
}

# cache_read_mark
# Sets cache_form to what the mark of the prefix says that it is, `complete` or `untrusted`, or to
# nothing where there is no mark; and cache_image to the image that the mark names, in either form.
cache_read_mark() {
    cache_form='' cache_image=''
    cache_has_mark || return 0
    # A container can have written anything there, and no end to it. The program is awk's.
    # shellcheck disable=SC2016
    cache_mark=$(dd if=conda-meta/submarine-complete bs=4096 count=1 2>/dev/null |
        LC_ALL=C awk -v id="$cache_id" '
            NR == 1 { ours = $0 == "submarine-kernel 2" }
            /^digest [0-9a-f]+$/ && length($0) == 71 && substr($0, 8, 32) == id { own = 1 }
            !named && sub(/^image[ =]/, "") { sub(/[^!-~].*/, ""); image = $0; named = 1 }
            END { print (ours && own ? "complete" : "untrusted") " " image }')
    cache_form=${cache_mark%% *} cache_image=${cache_mark#* }
}
