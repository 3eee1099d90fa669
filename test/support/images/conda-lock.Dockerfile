# conda-lock beside a conda that it can call.
ARG BASE
FROM ${BASE} AS files
ARG PIP_INDEX_URL
COPY conda-lock-requirements.txt /build/
RUN python3 -m venv /opt/conda-lock \
 && /opt/conda-lock/bin/pip install --no-cache-dir --no-deps --requirement /build/conda-lock-requirements.txt

FROM ${BASE} AS conda-lock
COPY --from=files /opt/conda-lock /opt/conda-lock
