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
