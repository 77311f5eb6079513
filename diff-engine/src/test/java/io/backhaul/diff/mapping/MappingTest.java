/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.diff.validation.FieldRule;
import io.backhaul.diff.validation.Rule;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class MappingTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  private static final Dataset<Row> CUSTOMERS =
      SPARK.sql(
          "SELECT * FROM VALUES (17L, 'EU', 'ada@example.com', 'Ada', 'Lovelace',"
              + " TIMESTAMP'2024-02-29T12:00:00Z'), (18L, 'US', null, 'Alan', null, null) AS"
              + " t(customer_id, region, email, first_name, last_name, updated_at)");

  private static MappingSpec spec(Set<String> pii) {
    return new MappingSpec(
        List.of("customer_id", "region"),
        "updated_at",
        List.of(
            new FieldMapping.FromColumn("email", "EMAIL"),
            new FieldMapping.FromExpression("full_name", "concat_ws(' ', first_name, last_name)"),
            new FieldMapping.Constant("origin", "warehouse")),
        pii);
  }

  private static List<Row> rendered(Mapping mapping, Masking masking) {
    return mapping.rendered(mapping.hashed(CUSTOMERS), masking).orderBy("key").collectAsList();
  }

  @Test
  void aRowBecomesAKeyAHashAndFields() {
    Mapping mapping = Mapping.resolve(SPARK, spec(Set.of()), List.of(), CUSTOMERS.schema());

    Dataset<Row> hashed = mapping.hashed(CUSTOMERS);
    assertThat(hashed.columns())
        .containsExactly("source_key", "row_hash", "mapped", "source_updated_at");
    List<Row> rows = rendered(mapping, null);

    assertThat(rows.get(0).<String>getAs("key"))
        .isEqualTo("{\"customer_id\":17,\"region\":\"EU\"}");
    assertThat(rows.get(0).<String>getAs("fields"))
        .isEqualTo(
            "{\"email\":\"ada@example.com\",\"full_name\":\"Ada"
                + " Lovelace\",\"origin\":\"warehouse\"}");
    assertThat(rows.get(1).<String>getAs("fields"))
        .isEqualTo("{\"email\":null,\"full_name\":\"Alan\",\"origin\":\"warehouse\"}");
    assertThat(rows.get(0).<Object>getAs("sealed")).isNull();
    assertThat(rows.get(0).getList(rows.get(0).fieldIndex("failures"))).isEmpty();
    assertThat(mapping.keySchema().simpleString())
        .isEqualTo("struct<customer_id:bigint,region:string>");
  }

  @Test
  void personalFieldsAreStoredAsPseudonymsAndComeBackFromTheSeal() {
    Mapping mapping =
        Mapping.resolve(SPARK, spec(Set.of("email", "full_name")), List.of(), CUSTOMERS.schema());
    Masking masking = Masking.random();

    List<Row> rows = rendered(mapping, masking);

    assertThat(rows.get(0).<String>getAs("fields"))
        .isEqualTo(
            "{\"email\":\"%s\",\"full_name\":\"%s\",\"origin\":\"warehouse\"}"
                .formatted(
                    masking.pseudonym("ada@example.com"), masking.pseudonym("Ada Lovelace")));
    assertThat(masking.open(rows.get(0).getAs("sealed")))
        .isEqualTo(
            "{\"email\":\"ada@example.com\",\"full_name\":\"Ada"
                + " Lovelace\",\"origin\":\"warehouse\"}");
    assertThat(rows.get(1).<String>getAs("fields")).startsWith("{\"email\":null,");
  }

  @Test
  void everyProblemIsToldAtOnceWithTheNearestName() {
    MappingSpec wrong =
        new MappingSpec(
            List.of("custmer_id"),
            "updatedat",
            List.of(
                new FieldMapping.FromColumn("email", "emial"),
                new FieldMapping.FromColumn("name", "first_name")),
            Set.of("e_mail"));

    assertThatThrownBy(
            () ->
                Mapping.resolve(
                    SPARK,
                    wrong,
                    List.of(new FieldRule("nam", new Rule.Required())),
                    CUSTOMERS.schema()))
        .isInstanceOfSatisfying(
            MappingException.class,
            e ->
                assertThat(e.problems())
                    .extracting(MappingProblem::path, p -> p.candidates().get(0))
                    .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("key", "customer_id"),
                        org.assertj.core.groups.Tuple.tuple("updated_at", "updated_at"),
                        org.assertj.core.groups.Tuple.tuple("mapping.email", "email"),
                        org.assertj.core.groups.Tuple.tuple("pii", "email"),
                        org.assertj.core.groups.Tuple.tuple("validate.nam", "name")));
  }
}
