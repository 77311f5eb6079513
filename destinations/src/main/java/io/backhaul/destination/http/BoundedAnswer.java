/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import io.backhaul.destination.DestinationException;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Collects an answer's body up to a bound, so that no server can fill the heap. What goes beyond it
 * is an error where results were expected, and is cut off where the body only explains a failure.
 */
final class BoundedAnswer implements HttpResponse.BodySubscriber<byte[]> {

  /** Makes the one subscriber of a call, and can end it from outside. */
  static final class Handler implements HttpResponse.BodyHandler<byte[]> {
    private final int maxBytes;
    private volatile BoundedAnswer answer;

    Handler(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    @Override
    public HttpResponse.BodySubscriber<byte[]> apply(HttpResponse.ResponseInfo info) {
      BoundedAnswer started = new BoundedAnswer(info.statusCode(), maxBytes);
      answer = started;
      return started;
    }

    void abandon() {
      BoundedAnswer started = answer;
      if (started != null) {
        started.cancel();
      }
    }
  }

  private final int status;
  private final int maxBytes;
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream(1024);
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private volatile Flow.Subscription subscription;

  private BoundedAnswer(int status, int maxBytes) {
    this.status = status;
    this.maxBytes = maxBytes;
  }

  private void cancel() {
    Flow.Subscription started = subscription;
    if (started != null) {
      started.cancel();
    }
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      int room = maxBytes - collected.size();
      byte[] piece = new byte[Math.min(room, buffer.remaining())];
      buffer.get(piece);
      collected.write(piece, 0, piece.length);
      if (buffer.hasRemaining()) {
        tooLarge();
        return;
      }
    }
  }

  private void tooLarge() {
    cancel();
    if (status / 100 == 2) {
      body.completeExceptionally(
          DestinationException.contradictory(
              status, "the answer is larger than " + maxBytes + " bytes"));
    } else {
      body.complete(collected.toByteArray());
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.complete(collected.toByteArray());
  }
}
