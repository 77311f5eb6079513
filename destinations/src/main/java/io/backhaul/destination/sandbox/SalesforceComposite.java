/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.SalesforceOrg.Problem;
import io.backhaul.destination.sandbox.SalesforceRecords.Outcome;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resource Composite, for one request: up to 25 updates or deletes of one object by external id
 * ({@code /sobjects/{object}/{field}/{value}}).
 */
final class SalesforceComposite implements SandboxApi {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MOST = 25;
  private static final Pattern ROW =
      Pattern.compile("/services/data/v[0-9.]+/sobjects/([^/?]+)/([^/?]+)/([^/?]+)([?].*)?");

  private final SalesforceOrg org;
  private final SandboxStore store;
  private final List<String> references = new ArrayList<>();
  private SalesforceRecords records;

  SalesforceComposite(SalesforceOrg org, SandboxStore store) {
    this.org = org;
    this.store = store;
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws IOException, BadRequest {
    JsonNode list = JSON.readTree(request.body()).path("compositeRequest");
    if (!list.isArray() || list.isEmpty() || list.size() > MOST) {
      throw new BadRequest("compositeRequest holds " + list.size() + " subrequests, not 1 to 25");
    }
    for (JsonNode subrequest : list) {
      Matcher row = ROW.matcher(subrequest.path("url").asText());
      boolean delete = subrequest.path("method").asText().equals("DELETE");
      if (!row.matches() || !SalesforceOrg.knows(row.group(1))) {
        throw new BadRequest("the sandbox knows subrequests for rows by external id only");
      }
      if (!delete && !String.valueOf(row.group(4)).contains("updateOnly=true")) {
        throw new BadRequest("the sandbox knows no subrequest that may create");
      }
      if (records == null) {
        records =
            new SalesforceRecords(
                org, store, row.group(1), delete ? "delete" : "update", row.group(2), watch);
      }
      references.add(subrequest.path("referenceId").asText());
      ObjectNode fields = JSON.createObjectNode();
      if (subrequest.path("body").has(row.group(2))) {
        throw new BadRequest(
            "The " + row.group(2) + " field should not be specified in the sobject data.");
      }
      if (subrequest.path("body") instanceof ObjectNode body) {
        fields.setAll(body);
      }
      fields.put(row.group(2), URLDecoder.decode(row.group(3), StandardCharsets.UTF_8));
      records.add(null, fields);
    }
    return records.posted();
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode list = body.putArray("compositeResponse");
    List<Outcome> outcomes = records.outcomes(results);
    for (int i = 0; i < outcomes.size(); i++) {
      list.add(subresponse(posted.op(), references.get(i), outcomes.get(i)));
    }
    return WireReply.of(200, body.toString());
  }

  private static ObjectNode subresponse(String op, String reference, Outcome outcome) {
    ObjectNode answer = JSON.createObjectNode();
    Problem problem = outcome.problem();
    if (problem == null && op.equals("update")) {
      ObjectNode body = answer.putObject("body").put("id", outcome.id()).put("success", true);
      body.put("created", false).putArray("errors");
    } else if (problem == null) {
      answer.putNull("body");
    } else {
      boolean gone =
          problem.equals(SalesforceWords.DELETED)
              || problem.code().equals("INVALID_CROSS_REFERENCE_KEY");
      String message = gone ? "The requested resource does not exist" : problem.message();
      ObjectNode error = answer.putArray("body").addObject();
      error.put("errorCode", gone ? "NOT_FOUND" : problem.code()).put("message", message);
      if (problem.field() != null) {
        error.putArray("fields").add(problem.field());
      }
    }
    answer.putObject("httpHeaders");
    boolean missing = answer.path("body").path(0).path("errorCode").asText().equals("NOT_FOUND");
    int saved = op.equals("update") ? 200 : 204;
    answer.put("httpStatusCode", problem == null ? saved : missing ? 404 : 400);
    return answer.put("referenceId", reference);
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    String own = code.equals("BAD_REQUEST") ? "INVALID_REQUEST" : code;
    return SalesforceWords.error(status, own, field, message);
  }
}
