#!/bin/sh
# Assembled from the files in bootstrap/parts: change those, then run: npm run generate
#   cache-contract strict common ownership locks progress cache-folders cache-kernels
#   cache-list cache-records cache-remove cache-clear cache-main

# submarine-cache.sh ROOT COMMAND [KERNEL...]
#
# Looks after the cache that submarine-bootstrap.sh builds kernels in, and locks in one and the
# same way. The command line tool gives it to a shell as one argument, on this machine, ROOT
# being the user's folder, or in a container, ROOT being /submarine.
#
# A KERNEL is the end of its prefix's path: linux-64-glibc2.36/2f93ec1eb45b0d6c691fb333a240976a.
# What is printed are lines of fields between tabs, sizes in KiB, times in seconds since 1970.
#
#   list      KERNEL STATE SIZE OWN USED IMAGE for each prefix. STATE is complete, untrusted (its
#             mark is of another form than builds write now), building or unfinished; OWN is what
#             only this prefix holds, so what its removal frees; USED is when a start of an earlier
#             version last found it, or it was built; IMAGE is the one that built it.
#   sizes     NAME SIZE for each part of the cache: kernels, archives, builds, logs, earlier (what
#             earlier versions left) and other; a file that a kernel of theirs shares with their
#             package cache counts as the kernel's, one that a build shares with the store of
#             archives as the store's
#   builds    NAME SIZE for each folder that a build has its archives in, or has left them in; SIZE
#             is what its removal frees
#   records   conda's history, each record and the mark of the one KERNEL behind a line of \036 and
#             its path
#   files     `link PATH`, `file PATH` and `HASH  PATH` (sha256) for all that lies in it, `newer PATH`
#             for distributions of Python that are newer than its mark, and `stat ` before each line
#             of `recorded`
#   recorded  `SIZE SECONDS PATH` for what the mark of the one KERNEL records of its files
#   remove    asks for each KERNEL `ask KERNEL` and reads yes or no from stdin; prints
#             `removed KERNEL FREED`, `busy KERNEL` (it is being built), `kept KERNEL` or
#             `failed KERNEL` (its files cannot be removed)
#   sweep     removes folders of builds, by the NAMEs of `builds`; prints `swept FREED`, after
#             `failed PATH` for what cannot be removed
#   clear     empties the store of archives, and removes what earlier versions left; prints
#             `cleared FREED`, after `failed PATH` for what cannot be removed

# What earlier versions of this cache had besides.
cache_earlier='pkgs pip wheels images used channels'

set -eu

boot_newline='
'

# die CODE MESSAGE HINT
die() {
    clear_progress
    printf 'submarine: %s\n' "$2" >&2
    [ -z "$3" ] || printf '  %s\n' "$3" >&2
    exit "$1"
}

# say MESSAGE
say() {
    [ "${SUBMARINE_VERBOSE-}" != 1 ] || printf 'submarine: %s\n' "$1" >&2
}

# find_program NAME PATHS
# Sets boot_found to the file that PATHS has for NAME. `command -v` would need a
# subshell to give its answer, and answers with builtins too.
find_program() {
    boot_common_rest=$2:
    while [ -n "$boot_common_rest" ]; do
        boot_found=${boot_common_rest%%:*}
        boot_found=${boot_found:-.}/$1
        boot_common_rest=${boot_common_rest#*:}
        if [ -f "$boot_found" ] && [ -x "$boot_found" ]; then return 0; fi
    done
    boot_found=
    return 1
}

# read_file FILE
# Sets boot_text to what FILE holds, without its last newline.
read_file() {
    boot_text=
    read_lines <"$1"
}

# read_lines
# Adds what stdin still holds to boot_text, without its last newline.
read_lines() {
    while IFS= read -r boot_common_line || [ -n "$boot_common_line" ]; do
        boot_text=$boot_text${boot_text:+$boot_newline}$boot_common_line
    done
}

# --- whose the cache is --------------------------------------------------------

# find_ownership_hint
# Sets boot_hint to what can be typed where the engine is. It is for the whole of the cache:
# what one user was made to build there lies in all of its folders.
find_ownership_hint() {
    boot_user=$(id -u)
    boot_hint="take another folder for kernels, or make this one that user's: "
    case ${SUBMARINE_CACHE:-/submarine} in
    /*) boot_hint="${boot_hint}sudo chown -R $boot_user $(quote_word "${SUBMARINE_CACHE:-/submarine}")" ;;
    *) boot_hint="${boot_hint}docker run --rm --user 0 --entrypoint chown --volume $SUBMARINE_CACHE:/submarine ${SUBMARINE_IMAGE:-IMAGE} -R $boot_user /submarine" ;;
    esac
}

# quote_word TEXT
# Prints TEXT as a shell reads it as one word.
quote_word() {
    case $1 in
    *[!A-Za-z0-9_./:@%+,=-]*) printf %s "$1" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/'/" ;;
    *) printf %s "$1" ;;
    esac
}

# --- locks ---------------------------------------------------------------------

try_lock() {
    find_locker
    case $lock_program in
    */flock) "$lock_program" -n "$1" ;;
    */perl) "$lock_program" -e 'open(F, "<&=", shift) && flock(F, 6) or exit 1' "$1" ;;
    *) "$lock_program" -c 'import fcntl; fcntl.flock('"$1"', 6)' 2>/dev/null ;;
    esac
}

# find_locker
# flock(2) locks belong to an open file, so any program that inherits the descriptor can
# take the lock for this shell. conda brings a Python; without one of the three nothing
# is built, because no other lock is freed by a death.
find_locker() {
    for lock_name in flock python3 perl; do
        if find_program "$lock_name" "${PATH-}:$boot_conda_root/bin"; then
            lock_program=$boot_found
            return 0
        fi
    done
    die 65 'the image has neither flock, python3 nor perl to keep two builds apart' \
        "add Debian's util-linux, or another package with flock, to the image"
}

# --- progress ------------------------------------------------------------------

boot_ticker=

# is_watched
# Whether a person looks on: what is shown to one only disturbs a log.
is_watched() {
    [ "${SUBMARINE_PROGRESS-}" = 1 ] || [ -t 2 ]
}

# show_progress TEXT [LOG]
# On a terminal: TEXT, the seconds since, and the last words of LOG, on one line, until clear_progress.
show_progress() {
    is_watched || return 0
    (
        exec 9<&- </dev/null >/dev/null
        prog_seconds=0 prog_words=
        find_width
        while kill -0 $$ 2>/dev/null; do
            printf '\r%.*s\033[K' "$prog_width" "submarine: $1 ($prog_seconds s)${prog_words:+: $prog_words}" >&2
            sleep 1
            prog_seconds=$((prog_seconds + 1))
            [ -z "${2-}" ] || find_last_words "$2"
        done
    ) &
    boot_ticker=$!
}

# find_width
# Sets prog_width to the columns of the terminal but one, where the cursor stands.
find_width() {
    prog_width=$(stty size <&2 2>/dev/null) || prog_width=
    prog_width=${prog_width#* }
    case $prog_width in '' | *[!0-9]*) prog_width=80 ;; esac
    [ "$prog_width" -ge 40 ] || prog_width=80
    prog_width=$((prog_width - 1))
}

# find_last_words LOG
find_last_words() {
    prog_words=$(tail -c 400 "$1" 2>/dev/null | tr '\r' '\n' | LC_ALL=C sed -n 's/[^ -~]//g; /[^ ]/h; ${ g; p; }') || prog_words=
}

clear_progress() {
    [ -n "$boot_ticker" ] || return 0
    kill "$boot_ticker" 2>/dev/null || :
    wait "$boot_ticker" 2>/dev/null || :
    boot_ticker=
    printf '\r\033[K' >&2
}

# --- the folders of the cache --------------------------------------------------

# What lies in the cache, containers have written: a link may lead anywhere on this machine. So no
# link is followed. A folder of the cache is entered, and left again when it turns out to be another
# one than its name says; from there on names are relative to it, so that whatever a container puts
# in its place meanwhile has no effect.

# cache_keep_path
# Leaves programs out that the PATH would have taken from the working directory.
cache_keep_path() {
    cache_rest=$PATH:
    cache_path=
    while [ -n "$cache_rest" ]; do
        case $cache_rest in /*) cache_path=$cache_path${cache_path:+:}${cache_rest%%:*} ;; esac
        cache_rest=${cache_rest#*:}
    done
    PATH=$cache_path
}

# cache_go [FOLDER]
# Makes FOLDER of the cache the working directory; fails where a link leads elsewhere.
cache_go() {
    cd -P "$cache_root${1:+/$1}" 2>/dev/null && [ "$(pwd -P)" = "$cache_root${1:+/$1}" ]
}

# cache_size PATH...
# Prints how much of the disk PATH takes, a file with two names in it once.
cache_size() {
    cache_kib=$(du -sk "$@" 2>/dev/null) || :
    cache_kib=${cache_kib%%[!0-9]*}
    printf %s "${cache_kib:-0}"
}

# cache_remove_folder FOLDER
# Some packages bring folders that nobody may write, their owner neither.
cache_remove_folder() {
    rm -rf "$1" 2>/dev/null && return 0
    cache_open_folders "$1"
    rm -rf "$1" 2>/dev/null
}

# cache_open_folders FOLDER
# Opens what the user owns: each folder before it is entered, and nothing through a link.
cache_open_folders() {
    find "$1" -type d ! -perm -700 -exec chmod u+rwx {} \; 2>/dev/null || :
}

# cache_check_readable FOLDER
# What cannot be looked into would be taken for empty. What the user owns is opened; what lies
# behind a link is not looked at, and is named by cache_check_plain.
cache_check_readable() {
    for cache_folder in "$1" "$1"/kernels "$1"/kernels/*; do
        if [ "$cache_folder" != "$1" ] && { [ -L "$1/kernels" ] || [ -L "$cache_folder" ]; }; then continue; fi
        # No build makes another name, and it could be one that forges what is said here.
        case ${cache_folder#"$1"} in *[!A-Za-z0-9._/-]*) continue ;; esac
        [ -d "$cache_folder" ] || continue
        cache_is_open "$cache_folder" || chmod u+rwx "$cache_folder" 2>/dev/null || :
        if cache_is_open "$cache_folder"; then continue; fi
        # Both read and set by the bootstrap's function.
        # shellcheck disable=SC2034
        SUBMARINE_CACHE=$1 boot_user='' boot_hint=''
        find_ownership_hint
        die 73 "user $boot_user cannot look into $cache_folder" "$boot_hint"
    done
}

# cache_is_open FOLDER
cache_is_open() {
    [ -r "$1" ] && [ -x "$1" ]
}

# cache_check_plain
# Ends where something else than a file or a folder lies in the folders that builds share. No build
# makes that; inside of kernels and packages links are as usual.
cache_check_plain() {
    cache_odd=$(cache_find_odd)
    [ -n "$cache_odd" ] || return 0
    cache_names='' cache_words='' cache_hidden=''
    while IFS= read -r cache_line; do
        cache_file=$cache_root${cache_line#* .}
        case $cache_line in
        remove*)
            cache_names=$cache_names${cache_names:+, }${cache_file#"$cache_root/"}
            cache_words="$cache_words $(quote_word "$cache_file")" ;;
        *) cache_hidden="$cache_hidden $(quote_word "$cache_file")" ;;
        esac
    done <<END
$cache_odd
END
    cache_hint=${cache_words:+remove them: rm$cache_words}
    if [ -n "$cache_hidden" ]; then
        cache_names=$cache_names${cache_names:+, }'some whose names cannot be shown'
        cache_hint=$cache_hint${cache_hint:+; }"look yourself for names with odd characters in$cache_hidden"
    fi
    die 65 "refusing to touch $cache_root: it holds links or special files, which no build makes: $cache_names" "$cache_hint"
}

# cache_find_odd
# Prints `remove PATH` for each of them, and `look FOLDER` where a name has other characters than
# printable ones of ASCII: a line of it could be read, and typed, as a path of something else.
cache_find_odd() {
    # The program is another shell's.
    # shellcheck disable=SC2016
    LC_ALL=C find . -maxdepth 3 ! -type f ! -type d -exec sh -c '
        for path do
            shown=$path word=remove
            while :; do
                case $shown in *[!\ -~]*) shown=${shown%/*} word=look ;; *) break ;; esac
            done
            printf "%s %s\n" "$word" "$shown"
        done' sh {} + 2>/dev/null | awk '!seen[$0]++ && ++count <= 20'
}

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

# --- lists ---------------------------------------------------------------------

# cache_own_size KIB
# Prints how much less the cache would be without the working directory, which takes KIB: files that
# have a further name elsewhere would stay.
cache_own_size() {
    cache_choose_stat '%i %h %b' '%i %l %b'
    cache_shared=$(find . ! -type d -links +1 -exec stat "$cache_stat" "$cache_format" {} + 2>/dev/null |
        awk '{ links[$1] = $2; blocks[$1] = $3; names[$1]++ }
            END { for (file in names) if (names[file] < links[file]) sum += blocks[file]
                print int(sum / 2) }') || cache_shared=0
    printf %s "$(($1 - cache_shared))"
}

cache_list() {
    for cache_prefix in "$cache_root"/kernels/*/*; do
        cache_prefix=${cache_prefix#"$cache_root/kernels/"}
        case $cache_prefix in *[!A-Za-z0-9._/-]* | *..*) continue ;; esac
        cache_choose "$cache_prefix"
        cache_go "kernels/$cache_kernel" || continue
        cache_read_mark
        cache_whole=$(cache_size .)
        printf '%s\t' "$cache_kernel" "$(cache_state)" "$cache_whole" \
            "$(cache_own_size "$cache_whole")" "$(cache_used)"
        printf '%s\n' "$cache_image"
    done
}

# cache_sizes
# Each part is measured alone, since not every du counts a file once over several arguments. What
# earlier versions left is what is left when all else is taken away, so without what kernels share.
cache_sizes() {
    cache_left=$(cache_size .)
    for cache_name in kernels archives builds logs; do
        cache_part=$(cache_go "$cache_name" && cache_part_size) || cache_part=0
        cache_left=$((cache_left - cache_part))
        printf '%s\t%s\n' "$cache_name" "$cache_part"
    done
    cache_part=$cache_left
    cache_has_earlier || cache_part=0
    for cache_file in ./* ./.[!.]*; do
        case " kernels archives builds logs $cache_earlier " in *" ${cache_file#./} "*) continue ;; esac
        if [ "$cache_part" = 0 ] || [ ! -e "$cache_file" ]; then continue; fi
        cache_part=$((cache_part - $(cache_size "$cache_file")))
    done
    printf 'earlier\t%s\nother\t%s\n' "$cache_part" "$((cache_left - cache_part))"
}

# cache_choose_stat FORMAT OTHER
# Sets cache_stat and cache_format to the options of stat for a format; OTHER is the same for the
# kind of stat that knows no -c.
cache_choose_stat() {
    cache_stat=-c cache_format=$1
    stat -c %s . >/dev/null 2>&1 || { cache_stat=-f cache_format=$2; }
}

# cache_part_size
# An empty folder is nothing that could be freed.
cache_part_size() {
    [ -n "$(ls -A)" ] || return 1
    case $cache_name in
    builds) cache_own_size "$(cache_size .)" ;;
    *) cache_size . ;;
    esac
}

# cache_has_earlier
cache_has_earlier() {
    for cache_name in $cache_earlier; do
        if [ -e "./$cache_name" ]; then return 0; fi
    done
    return 1
}

cache_builds() {
    for cache_folder in "$cache_root"/builds/*; do
        cache_name=${cache_folder##*/}
        cache_go_build "$cache_name" || continue
        printf '%s\t%s\n' "$cache_name" "$(cache_own_size "$(cache_size .)")"
    done
}

# cache_go_build NAME
# Makes the folder of a build the working directory; one of another name is no build's.
cache_go_build() {
    case $1 in
    *[!A-Za-z0-9._-]*) return 1 ;;
    linux-* | bake-*) [ "${#1}" -le 128 ] && cache_go "builds/$1" ;;
    *) return 1 ;;
    esac
}

# --- what a kernel consists of -------------------------------------------------

# cache_records
# One awk for many of them: a process for each would take a second.
cache_records() {
    # The program is awk's, its variables too.
    # shellcheck disable=SC2016
    set -- awk 'FNR == 1 { printf "\036%s\n", FILENAME; skip = 0 }
        FILENAME ~ /METADATA$/ && /^\r?$/ { skip = 1 }
        !skip { print }'
    find conda-meta -maxdepth 1 -type f \( -name history -o -name submarine-complete -o -name '*.json' \) -exec "$@" {} + 2>/dev/null || :
    find lib -maxdepth 4 -type f -path 'lib/python*/site-packages/*.dist-info/*' \
        \( -name RECORD -o -name INSTALLER -o -name METADATA \) -exec "$@" {} + 2>/dev/null || :
}

cache_files() {
    find . -type l | sed "s/^/link /"
    find . -type f | sed "s/^/file /"
    # What cannot be read is missed by whoever compares.
    if find_program sha256sum "$PATH"; then
        find . -type f -exec sha256sum {} + 2>/dev/null || :
    else
        find . -type f -exec shasum -a 256 {} + 2>/dev/null || :
    fi
    find ./lib -mindepth 3 -maxdepth 3 -path './lib/python*/site-packages/*' -newer conda-meta/submarine-complete \
        \( -name '*.dist-info' -o -name '*.egg-info' \) 2>/dev/null | sed 's/^/newer /' || :
    cache_recorded | sed 's/^/stat /'
}

# cache_recorded
# Prints what changes which code runs in the kernel: programs, scripts of activation and `.pth`
# files, a link as itself, and none that is reached through one.
cache_recorded() {
    set --
    for cache_folder in bin etc/conda/activate.d etc/conda/deactivate.d lib/python*/site-packages; do
        case $cache_folder in *[!A-Za-z0-9._/-]*) continue ;; esac
        if (cache_go "kernels/$cache_kernel/$cache_folder"); then set -- "$@" "$cache_folder"; fi
    done
    [ "$#" != 0 ] || return 0
    cache_choose_stat '%s %Y %n' '%z %m %N'
    find "$@" -mindepth 1 -maxdepth 1 ! -type d ! -name '*
*' \( ! -path 'lib/*' -o -name '*.pth' \) -exec stat "$cache_stat" "$cache_format" {} + 2>/dev/null |
        LC_ALL=C sort -k 3
}

# --- removal -------------------------------------------------------------------

# cache_remove KERNEL...
# A start notes its use of a kernel before it looks for the mark, and builds where there is none,
# which waits for whoever removes. So when the mark is taken away under the lock, whoever still
# uses the kernel is there to be seen, and whoever comes later waits.
cache_remove() {
    for cache_kernel in "$@"; do
        cache_choose "$cache_kernel"
        cache_status=0
        cache_lock 9 "$cache_platform-$cache_id" || cache_status=$?
        case $cache_status in
        0) if cache_go "kernels/$cache_kernel"; then cache_remove_locked; fi ;;
        2) printf 'failed\t%s\n' "$cache_kernel" ;;
        *) printf 'busy\t%s\n' "$cache_kernel" ;;
        esac
        exec 9<&-
    done
}

cache_remove_locked() {
    if cache_has_mark && ! cache_rename_mark submarine-complete submarine-complete.removing; then
        printf 'failed\t%s\n' "$cache_kernel"
        return 0
    fi
    # Whoever ends this while it waits has not said yes.
    trap 'cache_put_back; exit 143' HUP INT TERM
    printf 'ask\t%s\n' "$cache_kernel"
    read -r cache_answer || cache_answer=no
    trap '' HUP INT TERM
    if [ "$cache_answer" != yes ]; then
        cache_put_back
        printf 'kept\t%s\n' "$cache_kernel"
    else
        cache_own=$(cache_own_size "$(cache_size .)")
        if cache_go "kernels/$cache_platform" && cache_remove_folder "./$cache_id"; then
            if cache_go logs; then rm -rf "./$cache_id-$cache_platform".* 2>/dev/null || :; fi
            printf 'removed\t%s\t%s\n' "$cache_kernel" "$cache_own"
        else
            printf 'failed\t%s\n' "$cache_kernel"
        fi
    fi
    trap - HUP INT TERM
}

cache_put_back() {
    cache_rename_mark submarine-complete.removing submarine-complete || :
}

# cache_sweep NAME...
cache_sweep() {
    cache_freed=0
    for cache_name in "$@"; do
        cache_go_build "$cache_name" || continue
        cache_own=$(cache_own_size "$(cache_size .)")
        if cache_go builds && cache_remove_folder "./$cache_name"; then
            cache_freed=$((cache_freed + cache_own))
        else
            printf 'failed\tbuilds/%s\n' "$cache_name"
        fi
    done
    printf 'swept\t%s\n' "$cache_freed"
}

# --- clearing ------------------------------------------------------------------

# cache_clear
# A build that is going on is not disturbed: what it installs from has a name of its own in builds.
cache_clear() {
    cache_before=$(cache_size .)
    if cache_go archives && ! cache_empty; then
        cache_open_folders .
        cache_empty || printf 'failed\tarchives\n'
    fi
    for cache_name in $cache_earlier; do
        cache_go || return 0
        if [ -e "./$cache_name" ] && ! cache_remove_folder "./$cache_name"; then
            printf 'failed\t%s\n' "$cache_name"
        fi
    done
    cache_go || return 0
    printf 'cleared\t%s\n' "$((cache_before - $(cache_size .)))"
}

# cache_empty
# Removes all that is in the working directory.
cache_empty() {
    find . -mindepth 1 -maxdepth 1 -exec rm -rf {} + 2>/dev/null || :
    [ -z "$(find . -mindepth 1 -maxdepth 1 2>/dev/null | head -n 1)" ]
}

# --- the start -----------------------------------------------------------------

# Where the bootstrap looks for a Python that can lock.
# shellcheck disable=SC2034
boot_conda_root=
cache_command=$2
# Where nothing was built yet there is nothing to look after.
[ -d "$1" ] || exit 0
umask 077
cache_keep_path
cache_check_readable "$1"
cache_root=$(cd -P "$1" && pwd -P)
cache_go
cache_check_plain
shift 2
case $cache_command in
list) cache_list ;;
sizes) cache_sizes ;;
records)
    cache_enter_kernel "$1"
    cache_records ;;
files)
    cache_enter_kernel "$1"
    cache_files ;;
recorded)
    cache_enter_kernel "$1"
    cache_recorded ;;
builds) cache_builds ;;
remove) cache_remove "$@" ;;
sweep) cache_sweep "$@" ;;
clear) cache_clear ;;
esac
