/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustomersTest {

  private static final int ROWS = 6_000;
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String ADDRESS = "[a-z.]*[0-9]+@([a-z]+\\.)?example\\.(com|org)";

  private final SparkSession spark = SparkSessions.shared();

  @TempDir Path folder;

  @Test
  void theSameSizeAndMomentMakeTheSameRows() {
    assertThat(customers().made(NOW).collectAsList())
        .containsExactlyInAnyOrderElementsOf(customers().made(NOW).collectAsList());
  }

  @Test
  void everyValueIsOfTheKindItsColumnPromises() {
    List<Row> rows = customers().made(NOW).collectAsList();

    assertThat(rows).hasSize(ROWS);
    assertThat(values(rows, "customer_id")).doesNotContainNull().doesNotHaveDuplicates();
    assertThat(values(rows, "first_name")).doesNotContainNull();
    assertThat(strings(rows, "email")).doesNotHaveDuplicates().allMatch(e -> e.matches(ADDRESS));
    assertThat(strings(rows, "phone")).allMatch(phone -> phone.matches("\\+[1-9][0-9]{7,14}"));
    assertThat(strings(rows, "country")).hasSizeGreaterThan(ROWS / 2);
    assertThat(Set.copyOf(strings(rows, "country"))).hasSize(Nation.ALL.size());
    assertThat(values(rows, "updated_at"))
        .allSatisfy(
            at ->
                assertThat(((Timestamp) at).toInstant())
                    .isBetween(NOW.minus(Duration.ofMinutes(10)), NOW));
    assertThat(values(rows, "lifetime_value"))
        .allMatch(value -> value == null || ((BigDecimal) value).scale() == 2);
  }

  @Test
  void someValuesAreMissingButNeverMost() {
    List<Row> rows = customers().made(NOW).collectAsList();

    for (String column : List.of("last_name", "phone", "lifetime_value", "attributes", "consent")) {
      assertThat(values(rows, column).stream().filter(Objects::isNull).count())
          .as(column)
          .isBetween(1L, ROWS / 5L);
    }
    assertThat(rows.stream().map(row -> row.<Row>getAs("attributes")).filter(Objects::nonNull))
        .anyMatch(attributes -> attributes.getList(2).isEmpty())
        .anyMatch(attributes -> attributes.getList(2).size() == 2);
  }

  @Test
  void theEditsAreWhatTheySayAndTouchNothingElse() {
    Customers customers = customers();
    customers.write(NOW);
    Map<Long, Row> before = byId();

    Instant later = NOW.plusSeconds(60);
    Customers.Edits edits = customers.edit(later);

    Map<Long, Row> after = byId();
    Set<Long> deleted = new HashSet<>(before.keySet());
    deleted.removeAll(after.keySet());
    List<Row> touched =
        after.values().stream()
            .filter(row -> row.<Timestamp>getAs("updated_at").toInstant().equals(later))
            .toList();
    List<Row> broken =
        after.values().stream()
            .filter(row -> !row.<String>getAs("email").matches(ADDRESS))
            .toList();

    assertThat(deleted).hasSize((int) edits.deleted());
    assertThat(edits.deleted()).isBetween(1L, ROWS / 300L);
    assertThat(broken).hasSize(Customers.CORRUPTED).allMatch(touched::contains);
    assertThat(edits.corrupted()).isEqualTo(Customers.CORRUPTED);
    assertThat(touched).hasSize((int) (edits.changed() + Customers.CORRUPTED));
    assertThat(edits.changed()).isBetween(ROWS / 200L, ROWS / 50L);
    assertThat(touched)
        .noneMatch(row -> row.equals(before.get(row.<Long>getAs("customer_id"))))
        .noneMatch(row -> row.<String>getAs("email").endsWith(Customers.BLOCKED_DOMAIN));
    assertThat(after.values().stream().filter(row -> !touched.contains(row)))
        .allMatch(row -> row.equals(before.get(row.<Long>getAs("customer_id"))));
    assertThat(strings(List.copyOf(after.values()), "email"))
        .filteredOn(email -> email.endsWith("@" + Customers.BLOCKED_DOMAIN))
        .hasSize(Customers.BLOCKED);
  }

  private Customers customers() {
    return new Customers(spark, folder.resolve("customers").toString(), ROWS);
  }

  private Map<Long, Row> byId() {
    return spark
        .read()
        .format("delta")
        .load(folder.resolve("customers").toString())
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(row -> row.<Long>getAs("customer_id"), Function.identity()));
  }

  private static List<Object> values(List<Row> rows, String column) {
    return rows.stream().map(row -> row.<Object>getAs(column)).toList();
  }

  private static List<String> strings(List<Row> rows, String column) {
    return values(rows, column).stream().filter(Objects::nonNull).map(String.class::cast).toList();
  }
}
