/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.HttpSettings;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.marketo.MarketoRequest.Part;
import io.backhaul.destination.marketo.MarketoRequest.Sent;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * People as a file: {@code POST /bulk/v1/leads.json?format=csv&lookupField=…} ("Bulk Lead Import",
 * read 2026). Upserts only, updates only where the lookup field is {@code id}.
 *
 * <p>The lookup field is the first column, because the file of failures leaves out empty values at
 * the end of a row, so that the reason moves (blog.teknkl.com, "Add an initial row number"). An
 * empty cell leaves a field as it is, and the word {@code null} clears it, so that no text can be
 * that word.
 *
 * @param lookup the lookup field
 * @param rows in the order of the file
 * @param refused records that no file can hold
 */
record MarketoImport(String lookup, String partition, List<Sent> rows, List<RecordResult> refused) {

  private static final String NULL = "null";
  private static final long MOST_BYTES = 10_000_000;

  /** The records of a part that a file can hold. */
  static MarketoImport of(Part part) {
    List<Sent> rows = new ArrayList<>();
    List<RecordResult> refused = new ArrayList<>();
    for (Sent each : part.sent()) {
      String field = unspeakable(each.input());
      if (field == null) {
        rows.add(each);
      } else {
        refused.add(
            new RecordResult.Rejected(
                each.change().key(),
                "NULL_TEXT",
                field,
                "an import takes the text null for no value: set api: rest"));
      }
    }
    ObjectNode head = part.head();
    return new MarketoImport(
        head.path("lookupField").asText(), head.path("partitionName").asText(null), rows, refused);
  }

  private static String unspeakable(ObjectNode input) {
    for (Map.Entry<String, JsonNode> field : input.properties()) {
      if (field.getValue().isTextual() && field.getValue().asText().equalsIgnoreCase(NULL)) {
        return field.getKey();
      }
    }
    return null;
  }

  /** The call that hands over the file. */
  HttpCall call(HttpSettings http, String batchId) {
    StringBuilder path = new StringBuilder("/bulk/v1/leads.json?format=csv");
    path.append("&lookupField=").append(encoded(lookup));
    if (partition != null) {
      path.append("&partitionName=").append(encoded(partition));
    }
    String file = file();
    String boundary = boundary(file, batchId);
    String body =
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"leads.csv\"\r\n"
            + "Content-Type: text/csv\r\n\r\n"
            + file
            + "\r\n--"
            + boundary
            + "--\r\n";
    byte[] bytes = JsonBody.utf8(body);
    if (bytes.length > MOST_BYTES) {
      throw DestinationException.poisoned(
          "BATCH_TOO_LARGE", null, 0, "the file would be larger than the 10 MB of an import");
    }
    return new HttpCall(
        "POST",
        http.at(path.toString()),
        Map.of(
            "Content-Type",
            "multipart/form-data; boundary=" + boundary,
            "Accept",
            "application/json"),
        bytes,
        null);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Text that is nowhere in the file. */
  private static String boundary(String file, String batchId) {
    String boundary = "backhaul-" + Integer.toHexString(batchId.hashCode());
    while (file.contains(boundary)) {
      boundary += "-";
    }
    return boundary + "x";
  }

  private String file() {
    Set<String> columns = new LinkedHashSet<>(Set.of(lookup));
    rows.forEach(row -> row.input().fieldNames().forEachRemaining(columns::add));
    StringBuilder file = new StringBuilder();
    String comma = "";
    for (String column : columns) {
      file.append(comma).append(quoted(column));
      comma = ",";
    }
    for (Sent row : rows) {
      comma = "\r\n";
      for (String column : columns) {
        file.append(comma).append(quoted(cell(row.input().get(column))));
        comma = ",";
      }
    }
    return file.append("\r\n").toString();
  }

  private static String cell(JsonNode value) {
    if (value == null) {
      return "";
    }
    String text = value.isNull() ? "" : Values.text(value);
    return text.isEmpty() ? NULL : text;
  }

  /** RFC 4180. */
  private static String quoted(String text) {
    boolean plain =
        text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n')
            && text.equals(text.strip());
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
