#pragma once

#include <napi.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "common/thread_pool.h"
#include "node/addon_data.h"
#include "node/js_queue.h"

namespace movinet {

/// Does `work()` on a thread and settles with `convert(env, its result)` on the JavaScript thread.
/// Both must own what they touch; what `work` owns is let go of before the promise is settled. With
/// `open`, the promise's ticket is kept there beside those that are not settled yet.
template <typename Work, typename Convert>
Napi::Promise Post(Napi::Env env, ThreadPool& thread, Work work, Convert convert,
                   std::vector<JsQueue::Ticket>* open = nullptr) {
  const auto [promise, ticket] = GetAddonData(env)->queue->Begin(env);
  if (ticket.settled()) return promise;
  if (open != nullptr) {
    open->erase(std::remove_if(open->begin(), open->end(),
                               [](const JsQueue::Ticket& each) { return each.settled(); }),
                open->end());
    open->push_back(ticket);
  }
  // std::function asks for copyable callables, so what is moved in lives behind a shared pointer.
  auto shared_work = std::make_shared<Work>(std::move(work));
  try {
    thread.Submit([ticket = ticket, shared_work, convert = std::move(convert)]() mutable {
      try {
        auto result = std::make_shared<decltype((*shared_work)())>((*shared_work)());
        shared_work.reset();
        ticket.Settle([result, convert = std::move(convert)](Napi::Env settle_env) -> Napi::Value {
          return convert(settle_env, std::move(*result));
        });
      } catch (...) {
        shared_work.reset();
        ticket.Fail(std::current_exception());
      }
    });
  } catch (...) {
    ticket.Fail(std::current_exception());
  }
  return promise;
}

/// Lets go of what lives on a thread: there, after all that was posted before. Then the thread
/// ends.
template <typename Object>
void LetGo(std::shared_ptr<Object> object, ThreadPool& thread) noexcept {
  try {
    thread.Submit([object = std::move(object)]() mutable { object.reset(); });
  } catch (const std::exception&) {
    // It has ended already, or there is none to be had: the object goes here and now.
  }
  thread.Close();
}

/// Each result as `{ ok: true, … }`, with what `describe` sets, or `{ ok: false, error }`.
template <typename Result, typename Describe>
Napi::Array OutcomesToJs(Napi::Env env, const std::vector<Result>& results, Describe describe) {
  Napi::Array array = Napi::Array::New(env, results.size());
  for (size_t i = 0; i < results.size(); ++i) {
    const Napi::HandleScope scope(env);
    Napi::Object object = Napi::Object::New(env);
    object.Set("ok", results[i].error.empty());
    if (results[i].error.empty()) {
      describe(results[i], object);
    } else {
      object.Set("error", results[i].error);
    }
    array.Set(static_cast<uint32_t>(i), object);
  }
  return array;
}

/// Begins a promise for a job that `start(worker, done)` starts, keeps the worker until it is done,
/// and settles with `convert(env, results)` on the JavaScript thread.
template <typename Result, typename Worker, typename Start, typename Convert>
Napi::Promise StartJob(Napi::Env env, const std::shared_ptr<Worker>& worker, Start start,
                       Convert convert) {
  const auto [promise, begun] = GetAddonData(env)->queue->Begin(env);
  const JsQueue::Ticket& ticket = begun;
  if (ticket.settled()) return promise;
  try {
    start(*worker, [worker, ticket, convert](std::vector<Result> results,
                                             const std::exception_ptr& error) {
      if (error) {
        ticket.Fail(error);
        return;
      }
      ticket.Settle([results = std::move(results), convert](Napi::Env settle_env) -> Napi::Value {
        return convert(settle_env, results);
      });
    });
  } catch (...) {
    ticket.Fail(std::current_exception());
  }
  return promise;
}

/// A job whose results are outcomes, as OutcomesToJs() has them.
template <typename Result, typename Worker, typename Start, typename Describe>
Napi::Promise RunJob(Napi::Env env, const std::shared_ptr<Worker>& worker, Start start,
                     Describe describe) {
  return StartJob<Result>(
      env, worker, std::move(start),
      [describe](Napi::Env settle_env, const std::vector<Result>& results) -> Napi::Value {
        return OutcomesToJs(settle_env, results, describe);
      });
}

}  // namespace movinet
