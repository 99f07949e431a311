#!/usr/bin/env bash
# The quick tests with Python 3.12 and 3.13, or with those named, such as tools/try_pythons.sh python3.13. Each has a virtual
# environment of its own in build/pythons/, with the versions of requirements.lock. A Python that isn't installed is passed over.
set -euo pipefail
cd "$(dirname "$0")/.."

tests=(tests/accel tests/corpus/language tests/corpus/test_loaders.py tests/retrieval/test_retriever.py tests/app/answering
    tests/app/api/test_api.py tests/app/test_config.py tests/app/test_models.py)
tried=0
(($#)) || set -- python3.12 python3.13
for name in "$@"; do
    if ! version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null); then
        echo "$name: not installed, passed over"
        continue
    fi
    folder=build/pythons/$version
    test -x "$folder/bin/python" || "$name" -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --no-deps --require-hashes --requirement requirements.lock
    "$folder/bin/python" -m pip install --quiet ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} torch==2.13.0
    "$folder/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
    echo "Python $version:"
    OMP_NUM_THREADS=1 "$folder/bin/python" -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder "${tests[@]}"
    tried=$((tried + 1))
done
echo "Python versions tried: $tried"
