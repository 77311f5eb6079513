/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import java.time.Duration;
import java.time.Instant;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * What only a real account can show; runs where one is named, and only reads. SNOWFLAKE.md lists
 * the variables.
 */
@EnabledIfEnvironmentVariable(named = "BACKHAUL_SNOWFLAKE_URL", matches = "https://.+")
class SnowflakeAccountTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  private static SnapshotSource source(String table, String query) {
    return SnapshotSource.of(
        new SourceSpec.Snowflake(
            variable("URL"),
            new SourceSpec.Snowflake.Login(
                variable("USER"),
                variable("PRIVATE_KEY"),
                variable("PRIVATE_KEY_PASSPHRASE"),
                variable("TOKEN")),
            variable("WAREHOUSE"),
            variable("ROLE"),
            variable("DATABASE"),
            variable("SCHEMA"),
            table,
            query));
  }

  private static String variable(String name) {
    return System.getenv("BACKHAUL_SNOWFLAKE_" + name);
  }

  @Test
  void itsTypesArriveAsThoseOfTheLoopbackServerDo() {
    Row row =
        source(
                null,
                """
                SELECT 9007199254740993::NUMBER(38,0) AS N, 12.50::NUMBER(18,2) AS PRICE,
                  TO_TIMESTAMP_NTZ('2024-03-31 02:30:00.123456') AS NTZ,
                  '2024-03-31 02:30:00.654321 +0200'::TIMESTAMP_LTZ AS LTZ,
                  '2024-06-01 12:00:00.000001 -0700'::TIMESTAMP_TZ AS TZ,
                  PARSE_JSON('{"a":[1,null]}') AS DOC, NULL::VARCHAR AS NOTHING
                """)
            .pin(SPARK)
            .rows()
            .selectExpr(
                "string(n)",
                "string(price)",
                "string(ntz)",
                "string(ltz)",
                "string(tz)",
                "regexp_replace(doc, '[ \\n]', '')",
                "nothing")
            .head();

    assertThat(row.mkString("|"))
        .isEqualTo(
            "9007199254740993|12.50|2024-03-31 02:30:00.123456|2024-03-31 00:30:00.654321"
                + "|2024-06-01 19:00:00.000001|{\"a\":[1,null]}|null");
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "BACKHAUL_SNOWFLAKE_TABLE", matches = ".+")
  void aTableIsPinnedByTimeTravelAndReadTwiceTheSame() {
    Snapshot snapshot = source(variable("TABLE"), null).pin(SPARK);

    assertThat(Duration.between(snapshot.pinnedAt(), Instant.now()).abs())
        .isLessThan(Duration.ofMinutes(5));
    assertThat(snapshot.rows().count()).isEqualTo(snapshot.rows().count());
  }
}
