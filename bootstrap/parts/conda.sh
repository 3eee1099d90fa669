# --- what conda installs ---------------------------------------------------------

# install_conda
# Nothing is solved and nothing is fetched, and nothing is unpacked whose bytes are not the list's.
install_conda() {
    inst_packages=$inst_work/pkgs
    mkdir "$inst_packages" && list_conda && check_archives "$inst_work/archives" || return
    [ -s "$inst_work/archives" ] || return 0
    fill_packages || return
    # The packages are unpacked there and hard-linked from there: the prefix may be a mount of
    # its own, and links lead over none.
    CONDA_PKGS_DIRS="$inst_packages" "$builder_program" install --yes --offline \
        --prefix "$inst_prefix" --file "$inst_work/explicit" || return
    rm -rf "$inst_packages"
}

# list_conda
# Writes conda's own form of the list (explicit), and what is to be compared (archives). What has no
# sha256 may have an md5 behind its address, as in conda's form.
list_conda() {
    printf '@EXPLICIT\n' >"$inst_work/explicit" || return
    while read -r conda_kind conda_sum conda_url || [ -n "$conda_kind" ]; do
        [ "$conda_kind" = conda ] || continue
        printf '%s\n' "$conda_url" >&3 || return
        find_archive conda "$conda_url"
        case $conda_sum:$conda_url in
        -:*'#'?*) conda_sum="md5 ${conda_url##*#}" ;;
        -:*) conda_sum='none -' ;;
        *) conda_sum="sha256 $conda_sum" ;;
        esac
        printf '%s %s %s\n' "$conda_sum" "$arc_url" "$arc_file" >&4 || return
    done <"$inst_work/list" 3>>"$inst_work/explicit" 4>"$inst_work/archives"
}

# fill_packages
# Makes a package cache of the archives, in which conda takes them for fetched from the addresses of
# the list. They are copies, because conda passes links by.
fill_packages() {
    set --
    while read -r _ _ conda_url arc_file; do
        printf '%s\n' "$conda_url" >&3 || return
        set -- "$@" "$arc_file"
    done <"$inst_work/archives" 3>"$inst_packages/urls.txt"
    cp "$@" "$inst_packages"
}
