/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import io.backhaul.diff.reach.PathReach;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which secrets the files of one tenant may name. A {@code *} stands for any characters.
 *
 * @param tenant whose files
 * @param file where a person allows more, for messages
 * @param env names of environment variables
 * @param files files, and folders with all that is below
 * @param hadoop aliases of Hadoop credentials
 */
record SecretReach(
    String tenant, String file, List<String> env, PathReach files, List<String> hadoop) {

  /** Why a reference may not stand in the tenant's files; nothing if it may. Looks nothing up. */
  Optional<String> refusal(String scheme, String name) {
    return switch (scheme) {
      case "env" -> refusal(matches(env, name), "the environment variable " + name, scheme);
      case "file" -> refusal(files.covers(name), "the file " + name, scheme);
      default -> refusal(matches(hadoop, name), "the Hadoop credential " + name, scheme);
    };
  }

  private Optional<String> refusal(boolean covered, String what, String scheme) {
    return covered
        ? Optional.empty()
        : Optional.of(
            "the tenant %s may not use %s; allow it under allow.secrets.%s in %s"
                .formatted(tenant, what, scheme, file));
  }

  private static boolean matches(List<String> patterns, String name) {
    return patterns.stream()
        .map(
            pattern ->
                Arrays.stream(pattern.split("\\*", -1))
                    .map(Pattern::quote)
                    .collect(Collectors.joining(".*")))
        .anyMatch(name::matches);
  }
}
