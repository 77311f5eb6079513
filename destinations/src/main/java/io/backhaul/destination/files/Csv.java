/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.backhaul.destination.http.JsonBody;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * RFC 4180 with a header, lines ended by LF, UTF-8 without a mark. Null is nothing between two
 * commas and the empty text is two quotes; a value is never changed to keep a spreadsheet from
 * reading it as a formula.
 */
record Csv() implements Format {

  private static final CsvMapper MAPPER =
      CsvMapper.builder().enable(CsvGenerator.Feature.ALWAYS_QUOTE_EMPTY_STRINGS).build();

  @Override
  public String ending() {
    return "csv";
  }

  @Override
  public byte[] encode(List<Column> columns, List<ObjectNode> rows) throws IOException {
    CsvSchema.Builder schema = CsvSchema.builder().setUseHeader(true).setLineSeparator("\n");
    columns.forEach(column -> schema.addColumn(column.name()));
    ObjectWriter writer = MAPPER.writerFor(Map.class).with(schema.build());
    StringWriter text = new StringWriter();
    try (SequenceWriter out = writer.writeValues(text)) {
      for (ObjectNode row : rows) {
        // By name: of a list, the generator would leave out nulls.
        Map<String, String> cells = new LinkedHashMap<>();
        for (Column column : columns) {
          JsonNode value = row.get(column.name());
          boolean absent = value == null || value.isNull();
          cells.put(column.name(), absent ? null : ColumnType.text(value));
        }
        out.write(cells);
      }
    }
    return JsonBody.utf8(text.toString());
  }
}
