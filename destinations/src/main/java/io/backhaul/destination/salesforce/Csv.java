/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** CSV as Bulk API 2.0 takes and gives it ("Prepare CSV Files", v67). */
final class Csv {

  private static final CsvMapper CSV =
      CsvMapper.builder()
          .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
          .enable(CsvParser.Feature.WRAP_AS_ARRAY)
          .build();

  private static final ObjectReader LINES = CSV.readerFor(String[].class);

  private Csv() {}

  /**
   * A header and its rows, lines ended by LF.
   *
   * @throws DestinationException (poisoned) if a text cannot be encoded
   */
  static byte[] bytes(List<String> header, List<String[]> rows) {
    CsvSchema.Builder schema = CsvSchema.builder().setUseHeader(true).setLineSeparator('\n');
    header.forEach(schema::addColumn);
    ObjectWriter writer = CSV.writerFor(String[].class).with(schema.build());
    StringWriter text = new StringWriter();
    try (SequenceWriter lines = writer.writeValues(text)) {
      for (String[] row : rows) {
        lines.write(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return JsonBody.utf8(text.getBuffer());
  }

  /**
   * The rows of an answer, column to text; names of columns whatever their case.
   *
   * @param column one that there must be, unless the answer is empty
   * @throws DestinationException (contradictory) if it is no such table
   */
  static List<Map<String, String>> rows(HttpAnswer answer, String column) {
    List<Map<String, String>> rows = new ArrayList<>();
    if (answer.text().isBlank()) {
      return rows;
    }
    try (MappingIterator<String[]> lines = LINES.readValues(answer.body())) {
      String[] header = lines.next();
      if (Arrays.stream(header).noneMatch(column::equalsIgnoreCase)) {
        throw noTable(answer, column);
      }
      while (lines.hasNext()) {
        String[] line = lines.next();
        if (line.length == header.length) {
          Map<String, String> row = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
          for (int i = 0; i < line.length; i++) {
            row.put(header[i], line[i]);
          }
          rows.add(row);
        } else if (line.length > 1) {
          throw noTable(answer, column);
        }
      }
      return rows;
    } catch (IOException | RuntimeException e) {
      if (e instanceof DestinationException failure) {
        throw failure;
      }
      throw noTable(answer, column); // its message would quote records
    }
  }

  private static DestinationException noTable(HttpAnswer answer, String column) {
    return DestinationException.contradictory(
        answer.status(), "the answer is not CSV with a column " + column);
  }
}
