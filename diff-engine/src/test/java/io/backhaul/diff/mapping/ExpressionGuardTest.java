/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.mapping.ExpressionGuard.Accepted;
import io.backhaul.diff.mapping.ExpressionGuard.Refused;
import io.backhaul.diff.testkit.SparkSessions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionGuardTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  private static final ExpressionGuard GUARD =
      new ExpressionGuard(
          SPARK,
          StructType.fromDDL(
              "customer_id BIGINT, first_name STRING, last_name STRING, amount DECIMAL(18,2),"
                  + " signed_up DATE, seen TIMESTAMP, tags ARRAY<STRING>,"
                  + " address STRUCT<city: STRING, zip: STRING>, `odd name` STRING, user STRING"),
          Set.of("my_allowed"));

  private static Refused refused(String expression) {
    assertThat(GUARD.check(expression)).as(expression).isInstanceOf(Refused.class);
    return (Refused) GUARD.check(expression);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "concat_ws(' ', first_name, last_name) | string",
        "CASE WHEN amount > 100 THEN 'big' ELSE 'small' END | string",
        "address.city | string",
        "ADDRESS['zip'] | string",
        "transform(tags, t -> upper(concat(t, first_name))) | array<string>",
        "aggregate(tags, '', (a, t) -> concat(a, t)) | string",
        "CAST(amount AS DOUBLE) / 2 | double",
        "`odd name` | string",
        "year(signed_up) + 1 | int",
        "extract(MONTH FROM signed_up) | int",
        "named_struct('city', address.city) | struct<city:string>",
        "signed_up > DATE'2020-01-01' | boolean",
        "user | string",
        "coalesce(first_name, 'today') | string",
        "sha2(first_name, 256) | string"
      })
  void whatDependsOnlyOnTheRowIsAccepted(String expression, String type) {
    assertThat(GUARD.check(expression))
        .isInstanceOfSatisfying(
            Accepted.class, a -> assertThat(a.type().simpleString()).isEqualTo(type));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reflect('java.lang.System', 'getenv', 'HOME') | `reflect`",
        "upper(java_method('java.util.UUID', 'randomUUID')) | `java_method`",
        "try_reflect('java.lang.System', 'getenv') | `try_reflect`",
        "input_file_name() | `input_file_name`",
        "input_file_block_start() | `input_file_block_start`",
        "monotonically_increasing_id() | `monotonically_increasing_id`",
        "spark_partition_id() | `spark_partition_id`",
        "rand() | `rand`",
        "randn(7) | `randn`",
        "RANDOM(1) | `RANDOM`",
        "uuid() | `uuid`",
        "shuffle(tags) | `shuffle`",
        "base64(aes_encrypt(first_name, '0000111122223333')) | `aes_encrypt`",
        "current_date | `current_date`",
        "current_date() | `current_date`",
        "CURRENT_TIMESTAMP | `CURRENT_TIMESTAMP`",
        "now() | `now`",
        "localtimestamp() | `localtimestamp`",
        "unix_timestamp() | `current_timestamp`",
        "datediff(curdate(), signed_up) | `curdate`",
        "current_user() | `current_user`",
        "session_user | `session_user`",
        "current_timezone() | `current_timezone`",
        "version() | `version`",
        "DATE'today' | today",
        "timestamp 'now' | now",
        "seen > CAST('yesterday' AS TIMESTAMP) | yesterday",
        "transform(tags, t -> uuid()) | `uuid`",
        "raise_error(first_name) | `raise_error`",
        "assert_true(amount > 0) | `assert_true`",
        "secret('scope', 'key') | `secret`",
        "ai_query('model', first_name) | `ai_query`",
        "(SELECT max(id) FROM range(10)) | subquery",
        "EXISTS (SELECT 1 FROM range(10)) | subquery",
        "customer_id IN (SELECT id FROM range(10)) | subquery",
        "max(amount) | aggregates rows",
        "count(*) | `count` aggregates rows",
        "sum(amount) OVER (PARTITION BY first_name) | OVER",
        "row_number() OVER (ORDER BY amount) | OVER",
        "lag(amount) | looks at other rows",
        "explode(tags) | makes several rows of one",
        "posexplode_outer(tags) | makes several rows",
        "inline(array(address)) | makes several rows",
        "struct(*) | name the columns",
        "window(seen, '5 minutes') | `window`",
        "IDENTIFIER(concat('upp', 'er'))(first_name) | IDENTIFIER",
        "concat('${system:user.home}', first_name) | fills in",
        "'${spark.app.name}' | fills in"
      })
  void whatDependsOnAnythingElseIsRefusedByName(String expression, String named) {
    assertThat(refused(expression).problem()).contains(named);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "concat_w(' ', first_name) | concat_ws",
        "uper(first_name) | upper",
        "regexp_replce(first_name, 'a', 'b') | regexp_replace",
        "upper(frist_name) | first_name",
        "customerid + 1 | customer_id",
        "adress.city | address"
      })
  void aMisspeltNameGetsTheNearestValidOne(String expression, String meant) {
    assertThat(refused(expression).candidates()).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "address.town",
        "transform(tags, t -> concat(t, frist_name))",
        "substr()",
        "upper(first_name",
        "",
        "first_name; DROP TABLE x",
        "SELECT 1",
        "tags + 1"
      })
  void whatSparkDoesNotAcceptIsSaidInOneSentence(String expression) {
    assertThat(refused(expression).problem())
        .isNotBlank()
        .doesNotContain("\n")
        .hasSizeLessThan(300);
  }

  @Test
  void functionsOfTheSessionAreRefusedEvenIfTheyAreRegistered() {
    SPARK.udf().register("my_score", (UDF1<Long, Long>) id -> id + 1, DataTypes.LongType);

    assertThat(refused("my_score(customer_id)").problem())
        .contains("`my_score` is not a built-in function");
    assertThat(refused("spark_catalog.default.f(customer_id)").problem())
        .contains("`spark_catalog.default.f` is not a built-in function");
  }

  @Test
  void functionsThatATenantMayUseAreAccepted() {
    SPARK.udf().register("my_allowed", (UDF1<Long, Long>) id -> id + 1, DataTypes.LongType);

    assertThat(GUARD.check("My_Allowed(customer_id)")).isInstanceOf(Accepted.class);
    assertThat(ExpressionGuard.asWritten("my_allowed(x)", Set.of("my_allowed"))).isEmpty();
    assertThat(ExpressionGuard.asWritten("my_allowed(x)", Set.of())).isPresent();
  }

  @Test
  void withoutASchemaOnlyColumnsAreLeftOpen() {
    assertThat(ExpressionGuard.asWritten("upper(who_knows)", Set.of())).isEmpty();
    assertThat(ExpressionGuard.asWritten("reflect('a', 'b')", Set.of())).isPresent();
    assertThat(ExpressionGuard.asWritten("(SELECT 1)", Set.of())).isPresent();
    assertThat(ExpressionGuard.asWritten("upper(", Set.of())).isPresent();
  }

  /** What the guard has to see before Spark does: this is what Spark makes of it. */
  @Test
  void sparkWouldFillInThePropertiesOfTheJvm() {
    assertThat(SPARK.sql("SELECT '${system:user.home}'").first().getString(0))
        .isEqualTo(System.getProperty("user.home"));
  }

  @Test
  void noJobRuns() throws Exception {
    AtomicInteger jobs = new AtomicInteger();
    SparkListener counter =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.incrementAndGet();
          }
        };
    SPARK.sparkContext().listenerBus().waitUntilEmpty();
    SPARK.sparkContext().addSparkListener(counter);
    try {
      GUARD.check("concat_ws(' ', first_name, last_name)");
      GUARD.check("max(amount)");
      SPARK.sparkContext().listenerBus().waitUntilEmpty();
      assertThat(jobs).hasValue(0);
      SPARK.range(1).count();
      SPARK.sparkContext().listenerBus().waitUntilEmpty();
      assertThat(jobs).hasPositiveValue();
    } finally {
      SPARK.sparkContext().removeSparkListener(counter);
    }
  }
}
