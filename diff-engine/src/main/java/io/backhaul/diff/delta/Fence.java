/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta;

import java.util.Map;
import java.util.OptionalLong;

/**
 * Who commits, and under which number: Delta takes a commit at most once for each number of an
 * application and never after a higher one. Delta's log knows these numbers but tells nobody, so
 * that each commit carries them as user metadata, too. That mark only answers questions; it is
 * never what keeps a commit out, because a log drops its commits after a time.
 *
 * @param appId who commits
 * @param version must grow from commit to commit of one application
 * @param writer names this try among those of the same number; {@code null} if nobody asks
 */
public record Fence(String appId, long version, String writer) {

  private static final String MARK = "backhaul ";

  public Fence(String appId, long version) {
    this(appId, version, null);
  }

  /** What the commit carries as user metadata. */
  public String mark() {
    return MARK + appId + "@" + version + (writer == null ? "" : " " + writer);
  }

  /** The number that a commit carries, if an application of that name made it. */
  static OptionalLong marked(String userMetadata, String appId) {
    String start = MARK + appId + "@";
    if (userMetadata == null || !userMetadata.startsWith(start)) {
      return OptionalLong.empty();
    }
    String number = userMetadata.substring(start.length()).split(" ", 2)[0];
    return number.matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(number))
        : OptionalLong.empty();
  }

  /** Options by which a writer of Delta keeps to it. */
  Map<String, String> options() {
    return Map.of("txnAppId", appId, "txnVersion", Long.toString(version), "userMetadata", mark());
  }

  /** Settings by which a session's {@code MERGE} or {@code DELETE} keeps to it. */
  public Map<String, String> settings() {
    return Map.of(
        "spark.databricks.delta.write.txnAppId", appId,
        "spark.databricks.delta.write.txnVersion", Long.toString(version),
        "spark.databricks.delta.commitInfo.userMetadata", mark());
  }
}
