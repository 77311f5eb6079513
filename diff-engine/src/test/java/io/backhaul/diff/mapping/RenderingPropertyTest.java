/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.backhaul.diff.testkit.SparkSessions;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** What is rendered reads back as what was there: 500 random rows in one Spark job. */
class RenderingPropertyTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private record Values(String text, Long number, BigDecimal decimal, Double real) {}

  private record Batch(List<Values> rows) {
    @Override
    public String toString() {
      return rows.size() + " rows";
    }
  }

  @Provide
  Arbitrary<Batch> batches() {
    BigInteger bound = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
    return Combinators.combine(
            Arbitraries.strings().all().ofMaxLength(30).filter(RenderingPropertyTest::encodes),
            Arbitraries.longs(),
            Arbitraries.bigIntegers()
                .between(bound.negate(), bound)
                .map(i -> new BigDecimal(i, 18)),
            Arbitraries.doubles())
        .as(Values::new)
        .list()
        .ofSize(500)
        .map(Batch::new);
  }

  private static boolean encodes(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  @Tag("fault-39")
  @Property(tries = 1, shrinking = ShrinkingMode.OFF)
  void everyValueReadsBackAsItWas(@ForAll("batches") Batch batch) throws JsonProcessingException {
    StructType schema =
        StructType.fromDDL(
            "id INT, text STRING, number BIGINT, decimal DECIMAL(38,18), real DOUBLE");
    List<Row> rows = new ArrayList<>();
    for (Values v : batch.rows()) {
      rows.add(RowFactory.create(rows.size(), v.text(), v.number(), v.decimal(), v.real()));
    }
    Dataset<Row> source = SPARK.createDataFrame(rows, schema).repartition(2);
    List<FieldMapping> fields = new ArrayList<>();
    for (String name : schema.fieldNames()) {
      fields.add(new FieldMapping.FromColumn(name, name));
    }
    Mapping mapping =
        Mapping.resolve(
            SPARK, new MappingSpec(List.of("id"), null, fields, Set.of()), List.of(), schema);

    List<Row> rendered =
        mapping.rendered(mapping.hashed(source), null).select("fields").collectAsList();

    assertThat(rendered).hasSameSizeAs(rows);
    for (Row row : rendered) {
      JsonNode json = JSON.readTree(row.getString(0));
      Values values = batch.rows().get(json.get("id").intValue());
      assertThat(json.get("text").textValue()).isEqualTo(values.text());
      assertThat(json.get("number").bigIntegerValue())
          .isEqualTo(BigInteger.valueOf(values.number()));
      assertThat(json.get("decimal").decimalValue()).isEqualTo(values.decimal());
      assertThat(Double.parseDouble(json.get("real").asText())).isEqualTo(values.real());
    }
  }
}
