# --- the end of a build ------------------------------------------------------------

# install_finish
# The mark comes last and in one piece, since starts look at it without a lock.
install_finish() {
    compile_packages
    fin_meta=$inst_prefix/conda-meta
    printf '%s\n' '{"message": "Submarine Environments built this kernel, which others may share, and never changes it. Add packages to the profile of the environment instead, under dependencies"}' \
        >"$fin_meta/frozen" && rm -rf "$inst_work" && rm -f "$fin_meta/submarine-building" || return
    fin_files=$(cd "$inst_prefix" && list_files) || return
    {
        printf 'submarine-kernel 2\ndigest %s\nimage %s\n' "$inst_digest" "$inst_image"
        printf 'builder %s\n' "$builder_program"
        [ -z "$fin_files" ] || printf '%s\n' "$fin_files" | LC_ALL=C sort -k 3 | sed 's/^/file /'
    } >"$inst_mark.new" && mv "$inst_mark.new" "$inst_mark"
}

# compile_packages
# In a prefix that cannot be written each start would compile what is not compiled. conda and pip
# have compiled nearly all, and one process finds that out sooner than several. Files that cannot be
# compiled, such as templates for another Python, are none of the build's failures.
compile_packages() {
    [ -x "$inst_prefix/bin/python" ] || return 0
    for fin_folder in "$inst_prefix"/lib/python*/site-packages; do
        if [ ! -d "$fin_folder" ] || [ -L "${fin_folder%/*}" ]; then continue; fi
        "$inst_prefix/bin/python" -E -s -S -m compileall -q "$fin_folder" || :
    done
}

# list_files
# Prints size, time and path of what changes the start of a command: programs, scripts that are run at
# activation, and files that Python reads at its start. A folder that is a link shows what another one holds.
list_files() {
    set --
    for fin_folder in bin etc/conda/activate.d etc/conda/deactivate.d; do
        if is_plain_folder "$fin_folder"; then set -- "$@" "$fin_folder"; fi
    done
    [ $# = 0 ] || list_folders '*' "$@" || return
    for fin_folder in lib/python*/site-packages; do
        if is_plain_folder "$fin_folder"; then list_folders '*.pth' "$fin_folder" || return; fi
    done
}

# is_plain_folder PATH
# Whether it is a folder, and neither it nor one above it is a link.
is_plain_folder() {
    [ -d "$1" ] || return 1
    fin_above=$1
    while [ ! -L "$fin_above" ]; do
        case $fin_above in */*) fin_above=${fin_above%/*} ;; *) return 0 ;; esac
    done
    return 1
}

# list_folders PATTERN FOLDER...
# stat is started once for many, since there may be thousands.
list_folders() {
    fin_pattern=$1
    shift
    LC_ALL=C find "$@" -mindepth 1 -maxdepth 1 ! -type d -name "$fin_pattern" ! -name "*$boot_newline*" \
        -exec stat -c '%s %Y %n' {} +
}

# name_baked_kernel NAME
# Makes the kernel one that the image holds under its name.
name_baked_kernel() {
    if mkdir -p /opt/submarine/envs && ln -sfn "$inst_prefix" "/opt/submarine/envs/$1"; then return 0; fi
    die 73 "the kernel cannot be named in /opt/submarine/envs" 'bake as root'
}
