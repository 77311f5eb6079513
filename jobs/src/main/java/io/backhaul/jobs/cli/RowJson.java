/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Spark rows as JSON: nulls kept, timestamps in ISO-8601 UTC, binary in base64. */
final class RowJson {

  private static final JsonNodeFactory NODES = new JsonNodeFactory(true);

  private RowJson() {}

  /** One row by the names of its columns; of columns with one name, the last. */
  static ObjectNode of(Row row) {
    ObjectNode node = NODES.objectNode();
    String[] names = row.schema().fieldNames();
    for (int i = 0; i < names.length; i++) {
      node.set(names[i], node(row.get(i)));
    }
    return node;
  }

  private static JsonNode node(Object value) {
    if (value == null) {
      return NODES.nullNode();
    } else if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    } else if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      // JSON has no word for these
      return Double.isFinite(number) ? number(value) : NODES.textNode(Double.toString(number));
    } else if (value instanceof BigDecimal number) {
      return NODES.numberNode(number);
    } else if (value instanceof Number number) {
      return NODES.numberNode(number.longValue());
    } else if (value instanceof Timestamp time) {
      return NODES.textNode(time.toInstant().toString());
    } else if (value instanceof byte[] bytes) {
      return NODES.binaryNode(bytes);
    } else if (value instanceof Row nested) {
      return of(nested);
    } else if (value instanceof scala.collection.Map<?, ?> map) {
      ObjectNode node = NODES.objectNode();
      RowFactory.create(map)
          .getJavaMap(0)
          .forEach((key, item) -> node.set(Objects.toString(key), node(item)));
      return node;
    } else if (value instanceof scala.collection.Seq<?> items) {
      ArrayNode node = NODES.arrayNode();
      RowFactory.create(items).getList(0).forEach(item -> node.add(node(item)));
      return node;
    }
    return NODES.textNode(value.toString());
  }

  private static JsonNode number(Object value) {
    return value instanceof Float number
        ? NODES.numberNode(number)
        : NODES.numberNode((Double) value);
  }
}
