/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.marketo.MarketoRequest.Sent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of an import: its files of failures and warnings, and of all other records the counts
 * of its status. A row with a warning was imported without a value that Marketo did not take, which
 * is no success of ours.
 */
final class ImportReport {

  static final String FAILED = "IMPORT_FAILED";
  static final String WARNING = "IMPORT_WARNING";

  private static final CsvMapper CSV =
      CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();

  private final MarketoImport sent;
  private final Map<String, Sent> byLookup = new HashMap<>();
  private final Map<String, RecordResult> results = new HashMap<>();
  private boolean stray;

  ImportReport(MarketoImport sent) {
    this.sent = sent;
    for (Sent row : sent.rows()) {
      byLookup.put(Leads.folded(Values.text(row.input().path(sent.lookup()))), row);
    }
  }

  /**
   * Takes in the rows of a file: the columns as they were sent, and the reason behind them.
   *
   * @throws DestinationException (contradictory) if it is no such file
   */
  void add(HttpAnswer file, String code) {
    List<List<String>> lines = lines(file);
    if (lines.isEmpty()) {
      return;
    }
    int column = Math.max(0, lines.get(0).indexOf(sent.lookup()));
    for (List<String> line : lines.subList(1, lines.size())) {
      Sent row = line.size() > column ? byLookup.get(Leads.folded(line.get(column))) : null;
      if (row == null) {
        stray = true;
        continue;
      }
      String reason = line.get(line.size() - 1);
      String key = row.change().key();
      results.putIfAbsent(
          key, new RecordResult.Rejected(key, code, MarketoErrors.field(reason), reason));
    }
  }

  private static List<List<String>> lines(HttpAnswer file) {
    String text = file.text().startsWith("\ufeff") ? file.text().substring(1) : file.text();
    try (MappingIterator<List<String>> rows = CSV.readerForListOf(String.class).readValues(text)) {
      List<List<String>> lines = rows.readAll();
      lines.removeIf(line -> line.isEmpty() || (line.size() == 1 && line.get(0).isBlank()));
      return lines;
    } catch (IOException e) {
      throw DestinationException.contradictory(
          file.status(), "the file of rows that were not imported is no CSV");
    }
  }

  /**
   * The results. Those that no file names are applied if the counts leave no room for another
   * reading, else unknown.
   *
   * @param status what the import says of itself
   */
  List<RecordResult> results(JsonNode status) {
    long failed = status.path("numOfRowsFailed").asLong(0);
    long warned = status.path("numOfRowsWithWarning").asLong(0);
    long imported = status.path("numOfLeadsProcessed").asLong(0);
    boolean sure =
        !stray
            && results.size() == failed + warned
            && imported + failed + warned >= sent.rows().size();
    List<RecordResult> all = new ArrayList<>();
    for (Sent row : sent.rows()) {
      String key = row.change().key();
      RecordResult otherwise =
          sure
              ? new RecordResult.Applied(key, row.change().destinationId())
              : new RecordResult.Unknown(key, "the import's report does not account for it");
      all.add(results.getOrDefault(key, otherwise));
    }
    return all;
  }
}
