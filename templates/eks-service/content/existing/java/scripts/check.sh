#!/usr/bin/env bash
# What has to hold before the service is built.
set -euo pipefail
cd "$(dirname "$0")/.."

{% if values.startWith == 'gradle' -%}
if [ -f gradlew ]; then
  sh ./gradlew --no-daemon build
else
  gradle --no-daemon build
fi
{%- else -%}
if [ -f mvnw ]; then
  sh ./mvnw --batch-mode --no-transfer-progress verify
else
  mvn --batch-mode --no-transfer-progress verify
fi
{%- endif %}
