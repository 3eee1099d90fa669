# Images with next to nothing in them, from one static binary.
ARG BASE
FROM ${BASE} AS files
RUN apt-get update && apt-get install -y --no-install-recommends busybox-static
RUN mkdir -p /busybox/bin /busybox/etc /busybox/tmp /busybox/root /sh-alone/bin /no-shell/bin \
 && chmod 1777 /busybox/tmp \
 && printf 'root:x:0:0:root:/root:/bin/sh\n' > /busybox/etc/passwd \
 && cp /bin/busybox /busybox/bin/busybox \
 && for applet in $(busybox --list); do \
      [ "$applet" = busybox ] || ln -s busybox "/busybox/bin/$applet"; \
    done \
 && cp /bin/busybox /sh-alone/bin/sh \
 && cp /bin/busybox /no-shell/bin/true

# Every command is busybox, as in the image of that name.
FROM scratch AS busybox
COPY --from=files /busybox /
CMD ["sh"]

# /bin/sh and no other file.
FROM scratch AS sh-alone
COPY --from=files /sh-alone /
CMD ["/bin/sh"]

# /bin/true and no other file.
FROM scratch AS no-shell
COPY --from=files /no-shell /
CMD ["/bin/true"]
