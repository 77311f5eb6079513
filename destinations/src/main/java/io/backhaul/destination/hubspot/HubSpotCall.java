/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpAnswer;
import java.util.List;

/** The one call that a batch becomes, and what an answer to it says of the batch's records. */
interface HubSpotCall {

  String method();

  /** Below the url. */
  String path();

  JsonNode body();

  /** Results of the records that it does not carry. */
  List<RecordResult> refused();

  /** Whether it carries no record at all. */
  boolean empty();

  /**
   * The results of the records that it carries; one that the answer does not account for has none.
   *
   * @param pasted whether somebody shows us the answer to an earlier request for the same records
   * @throws DestinationException (contradictory) if the answer is not HubSpot's, names a record
   *     that was not sent, or names one twice
   */
  List<RecordResult> read(HttpAnswer answer, boolean pasted);
}
