/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.diff.reach.JdbcUrlGuard;
import io.backhaul.diff.reach.Reach;
import io.backhaul.diff.source.SourceSpec;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads {@code source} of type {@code spark}. A data source may reach anything that its options
 * say, so that a tenant has only those whose place is a path or a name in a catalog.
 */
final class SparkSourceReader {

  /** Formats with a type of their own, which does more for them. */
  private static final Set<String> WITH_TYPE = Set.of("delta", "parquet", "csv", "json", "jdbc");

  /** Formats that read files below their path and nothing else. */
  private static final Set<String> FILES = Set.of("orc", "avro", "text");

  private static final String ICEBERG = "iceberg";

  private static final Set<String> WHICH_SNAPSHOT = Set.of("branch", "tag");

  /** What a run sets itself, or what would give it something else than a snapshot. */
  private static final Set<String> PINNING =
      Set.of(
          "snapshot-id",
          "as-of-timestamp",
          "versionasof",
          "timestampasof",
          "start-snapshot-id",
          "end-snapshot-id",
          "start-timestamp",
          "end-timestamp",
          "stream-from-timestamp");

  private static final Pattern SECRET =
      Pattern.compile(
          "(passw(or)?d|pwd|passphrase|secret([._-]?key)?|token|credentials?|(private|api|access|account)[._-]?"
              + "key)([._-]?(value|json|string|base64))?$",
          Pattern.CASE_INSENSITIVE);

  private final Checks checks;
  private final SourceReader common;
  private final Reach reach;
  private final Set<String> named;

  /**
   * @param common reads what sources of all types have
   * @param reach of the tenant, or {@code null} where there are no tenants
   * @param named every value that a secret reference of the file named
   */
  SparkSourceReader(Checks checks, SourceReader common, Reach reach, Set<String> named) {
    this.checks = checks;
    this.common = common;
    this.reach = reach;
    this.named = named;
  }

  /** The source, or empty if a problem was found in it. */
  Optional<SourceSpec> read(ObjectNode source) {
    Optional<String> format = SourceReader.text(source, "format");
    if (format.isEmpty()) {
      return Optional.empty();
    }
    String lower = format.get().toLowerCase(Locale.ROOT);
    if (WITH_TYPE.contains(lower) || lower.contains(".jdbc")) {
      checks.problem(
          "source.format",
          "has a type of its own; write type: " + lower.replaceFirst(".*\\.jdbc.*", "jdbc"));
      return Optional.empty();
    }
    boolean iceberg = lower.equals(ICEBERG);
    if (iceberg || (source.has("path") && source.has("table"))) {
      checks.exactlyOne("source", "path", "table");
    }
    Map<String, String> options = SourceReader.options(source);
    options.forEach(this::checkOption);
    if (reach == null) {
      common.checkOptions(options.keySet());
    } else if (!bounded(lower, source, options)) {
      return Optional.empty();
    }
    if (iceberg) {
      options = lowerCase(options);
      checkPinning(options);
    }
    Optional<String> path = common.path(source);
    return Optional.of(
        new SourceSpec.Spark(
            format.get(),
            path.orElse(null),
            iceberg
                ? common.table(source).orElse(null)
                : SourceReader.text(source, "table").orElse(null),
            options,
            options.entrySet().stream()
                .filter(option -> holdsSecret(option.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet())));
  }

  /** Whether the tenant's reach says how far such a source goes; else a problem was added. */
  private boolean bounded(String format, ObjectNode source, Map<String, String> options) {
    if (format.equals(ICEBERG)) {
      if (source.has("path")) {
        checks.problem(
            "source.path",
            reach.mayNot()
                + " read an Iceberg table by its folder, whose metadata may name files anywhere;"
                + " name it with source.table");
        return false;
      }
      return common.onlyOptions(options.keySet(), WHICH_SNAPSHOT);
    }
    if (FILES.contains(format) && source.has("path")) {
      common.checkOptions(options.keySet());
      return true;
    }
    checks.problem(
        "source.format",
        reach.mayNot()
            + " read from this data source, whose options may name any place; give them a table or"
            + " view of a catalog and type: sql");
    return false;
  }

  private void checkOption(String name, String value) {
    String at = "source.options." + name;
    boolean secret = SECRET.matcher(name).find() || SourceReader.PASSWORD.matcher(value).find();
    if (secret && !holdsSecret(value)) {
      checks.problem(
          at,
          "a secret cannot stand in the file; name it with ${env:NAME}, ${file:/path} or"
              + " ${hadoop:alias}");
    }
    if (value.startsWith("jdbc:")) {
      JdbcUrlGuard.refusal(value, null).ifPresent(why -> checks.problem(at, why));
    }
  }

  private void checkPinning(Map<String, String> options) {
    options.keySet().stream()
        .filter(PINNING::contains)
        .forEach(
            name ->
                checks.problem(
                    "source.options." + name,
                    "each run pins the snapshot itself; leave this out, or name a branch or a"
                        + " tag"));
    if (options.keySet().containsAll(WHICH_SNAPSHOT)) {
      checks.problem("source.options.tag", "branch and tag exclude each other; keep one");
    }
  }

  private boolean holdsSecret(String value) {
    return named.stream().anyMatch(value::contains);
  }

  private static Map<String, String> lowerCase(Map<String, String> options) {
    Map<String, String> lower = new HashMap<>();
    options.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    return lower;
  }
}
