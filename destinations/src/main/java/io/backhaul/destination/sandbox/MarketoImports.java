/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Marketo's bulk import of people. A file is applied when it comes and reported later: the first
 * time it is asked about it is queued, the second time it is being imported. Not more than ten are
 * under way at once.
 */
final class MarketoImports {

  private static final CsvMapper CSV =
      CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();
  private static final int MOST_JOBS = 10;
  private static final List<String> STATES = List.of("Queued", "Importing", "Complete");
  private static final Pattern REPORT =
      Pattern.compile("/bulk/v1/leads/batch/([0-9]+)(/failures|/warnings)?[.]json");

  private static final class Job {
    String failures = "";
    int imported;
    int failed;
    int asked;
  }

  private final Map<Long, Job> jobs = new TreeMap<>();

  synchronized boolean full() {
    return jobs.values().stream().filter(job -> job.asked < STATES.size()).count() >= MOST_JOBS;
  }

  /** Takes files for the store. */
  SandboxApi upload(SandboxStore store) {
    return new Upload(store);
  }

  private synchronized long queued(Job job) {
    long id = 1_001L + jobs.size();
    jobs.put(id, job);
    return id;
  }

  /** One file and its answer. */
  private final class Upload implements SandboxApi {

    private final SandboxStore store;
    private List<String> header = List.of();

    Upload(SandboxStore store) {
      this.store = store;
    }

    @Override
    public Posted read(WireRequest request, Set<String> watch)
        throws IOException, SandboxApi.BadRequest {
      String lookup = request.query("lookupField").orElse("email");
      List<List<String>> lines = lines(file(request));
      header = lines.get(0);
      List<Incoming> rows = new ArrayList<>();
      for (List<String> line : lines.subList(1, lines.size())) {
        ObjectNode fields = MarketoSandbox.JSON.createObjectNode();
        Map<String, String> watched = new HashMap<>();
        for (int i = 0; i < line.size(); i++) {
          String value = line.get(i);
          if (value.equalsIgnoreCase("null")) {
            fields.putNull(header.get(i));
          } else if (!value.isEmpty()) {
            fields.set(header.get(i), MarketoFields.typed(header.get(i), value));
          }
          if (watch.contains(header.get(i))) {
            watched.put(header.get(i), value);
          }
        }
        // What is sent back is the row as it came, without the empty values at its end.
        String mark = quoted(line).replaceFirst(",+$", "");
        String value = fields.path(lookup).asText("");
        fields.remove("id");
        rows.add(new Incoming(name(lookup, value), fields.toString(), watched, mark));
      }
      // "You can specify id as lookupField to indicate an update only operation."
      return new Posted("leads", lookup.equals("id") ? "update" : "upsert", rows, 0);
    }

    private String name(String lookup, String value) {
      String known = lookup.equals("id") ? store.nameOf("leads", value) : value;
      return known == null ? "id:" + value : known.toLowerCase(Locale.ROOT);
    }

    @Override
    public WireReply answer(Posted posted, List<Result> results) {
      Job job = new Job();
      StringBuilder failures = new StringBuilder(quoted(header)).append(",Import Failure Reason\n");
      for (Result result : results) {
        if (result.applied()) {
          job.imported++;
        } else {
          job.failed++;
          failures.append(result.record().mark()).append(',');
          failures.append(quoted(MarketoRecords.words(result))).append('\n');
        }
      }
      job.failures = failures.toString();
      long id = queued(job);
      ArrayNode list = MarketoSandbox.JSON.createArrayNode();
      list.addObject()
          .put("batchId", id)
          .put("importId", Long.toString(id))
          .put("status", STATES.get(0));
      return MarketoSandbox.success(list);
    }

    @Override
    public WireReply refusal(int status, String code, String field, String message) {
      return MarketoSandbox.error(
          message.startsWith("Invalid Multipart") ? "613" : "1003", message);
    }
  }

  /** The part of a multipart body that is called file. */
  private static String file(WireRequest request) throws SandboxApi.BadRequest {
    Matcher boundary =
        Pattern.compile("multipart/form-data; *boundary=\"?([^\";]+)\"?")
            .matcher(request.header("Content-Type").orElse(""));
    if (!boundary.matches() || request.query("format").isEmpty()) {
      throw new SandboxApi.BadRequest("Invalid Multipart Request");
    }
    String delimiter = "\r\n--" + boundary.group(1);
    for (String part : ("\r\n" + request.text()).split(Pattern.quote(delimiter))) {
      int blank = part.indexOf("\r\n\r\n");
      if (blank > 0 && part.substring(0, blank).contains("name=\"file\"")) {
        return part.substring(blank + "\r\n\r\n".length());
      }
    }
    throw new SandboxApi.BadRequest("Invalid Multipart Request");
  }

  private static List<List<String>> lines(String file) throws IOException, SandboxApi.BadRequest {
    try (MappingIterator<List<String>> rows = CSV.readerForListOf(String.class).readValues(file)) {
      List<List<String>> lines = rows.readAll();
      if (lines.size() < 2) {
        throw new SandboxApi.BadRequest("Empty file");
      }
      return lines;
    }
  }

  private static String quoted(List<String> values) {
    return values.stream()
        .map(value -> value.matches("[^,\"\r\n]*") ? value : quoted(value))
        .collect(Collectors.joining(","));
  }

  private static String quoted(String value) {
    return '"' + value.replace("\"", "\"\"") + '"';
  }

  /** What an import says of itself. */
  synchronized WireReply report(String path) {
    Matcher match = REPORT.matcher(path);
    Job job = match.matches() ? jobs.get(Long.parseLong(match.group(1))) : null;
    if (job == null) {
      return MarketoSandbox.error("610", "Requested resource not found");
    }
    if (match.group(2) != null) {
      return WireReply.of(200, match.group(2).equals("/failures") ? job.failures : "");
    }
    String state = STATES.get(Math.min(job.asked++, STATES.size() - 1));
    ArrayNode list = MarketoSandbox.JSON.createArrayNode();
    ObjectNode status = list.addObject().put("batchId", Long.parseLong(match.group(1)));
    status.put("status", state);
    if (state.equals("Complete")) {
      status.put("numOfLeadsProcessed", job.imported).put("numOfRowsFailed", job.failed);
      status.put("numOfRowsWithWarning", 0);
      status.put("message", "Import completed with errors, " + job.imported + " records imported");
    }
    return MarketoSandbox.success(list);
  }
}
