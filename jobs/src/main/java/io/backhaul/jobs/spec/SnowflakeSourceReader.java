/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.diff.reach.Reach;
import io.backhaul.diff.reach.SnowflakeGuard;
import io.backhaul.diff.source.SourceSpec;
import java.util.List;
import java.util.Optional;

/** Reads a {@code source} of type {@code snowflake}. */
final class SnowflakeSourceReader {

  private final Checks checks;
  private final Reach reach;

  /**
   * @param reach of the tenant, or {@code null} where there are no tenants
   */
  SnowflakeSourceReader(Checks checks, Reach reach) {
    this.checks = checks;
    this.reach = reach;
  }

  /** The source; of no use if a problem was found in it, now or earlier. */
  SourceSpec read(ObjectNode source) {
    checks.exactlyOneOfEach(
        "source",
        List.of(
            List.of("account", "url"), List.of("private_key", "token"), List.of("table", "query")));
    String table = text(source, "table");
    if (table != null) {
      refuse("source.table", SnowflakeGuard.tableRefusal(table));
    }
    String query = text(source, "query");
    if (query != null && reach != null) {
      refuse("source.query", SnowflakeGuard.queryRefusal(query));
    }
    return new SourceSpec.Snowflake(
        url(source),
        login(source),
        text(source, "warehouse"),
        text(source, "role"),
        text(source, "database"),
        text(source, "schema"),
        table,
        query);
  }

  private String url(ObjectNode source) {
    String account = text(source, "account");
    String written = text(source, "url");
    if (account == null && written == null) {
      return null;
    }
    String url =
        account != null
            ? "https://" + account + ".snowflakecomputing.com"
            : written.replaceFirst("/$", "");
    refuse(
        account != null ? "source.account" : "source.url", SnowflakeGuard.urlRefusal(url, reach));
    return url;
  }

  private SourceSpec.Snowflake.Login login(ObjectNode source) {
    SourceSpec.Snowflake.Login login =
        new SourceSpec.Snowflake.Login(
            text(source, "user"),
            text(source, "private_key"),
            text(source, "private_key_passphrase"),
            text(source, "token"));
    if (login.privateKey() != null && login.user() == null) {
      checks.problem("source.private_key", "needs source.user, whose key it is");
    }
    if (login.passphrase() != null && login.privateKey() == null) {
      checks.problem("source.private_key_passphrase", "is of no use without source.private_key");
    }
    return login;
  }

  private void refuse(String path, Optional<String> refusal) {
    refusal.ifPresent(why -> checks.problem(path, why));
  }

  private static String text(ObjectNode source, String key) {
    return SourceReader.text(source, key).orElse(null);
  }
}
