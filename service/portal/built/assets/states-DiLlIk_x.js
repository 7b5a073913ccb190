import{a as e,c as t,h as n,p as r}from"./session-DdxJ_61I.js";import{D as i,F as a,g as o,p as s}from"./place-BplzqXy4.js";var c=n(r(),1),l=a(),u=c.createContext(void 0),d=e=>{let t=c.useContext(u);if(e)return e;if(!t)throw Error(`No QueryClient set, use QueryClientProvider to set one`);return t},f=({client:e,children:t})=>(c.useEffect(()=>(e.mount(),()=>{e.unmount()}),[e]),(0,l.jsx)(u.Provider,{value:e,children:t})),p={setTimeout:(e,t)=>setTimeout(e,t),clearTimeout:e=>clearTimeout(e),setInterval:(e,t)=>setInterval(e,t),clearInterval:e=>clearInterval(e)},m=new class{#e=p;setTimeoutProvider(e){this.#e=e}setTimeout(e,t){return this.#e.setTimeout(e,t)}clearTimeout(e){this.#e.clearTimeout(e)}setInterval(e,t){return this.#e.setInterval(e,t)}clearInterval(e){this.#e.clearInterval(e)}};function h(e){setTimeout(e,0)}var g=typeof window>`u`||`Deno`in globalThis;function _(){}function v(e,t){return typeof e==`function`?e(t):e}function y(e){return typeof e==`number`&&e>=0&&e!==1/0}function b(e,t){return Math.max(e+(t||0)-Date.now(),0)}function x(e,t){return typeof e==`function`?e(t):e}function ee(e,t){let{type:n=`all`,exact:r,fetchStatus:i,predicate:a,queryKey:o,stale:s}=e;if(o){if(r){if(t.queryHash!==ne(o,t.options))return!1}else if(!C(t.queryKey,o))return!1}if(n!==`all`){let e=t.isActive();if(n===`active`&&!e||n===`inactive`&&e)return!1}return!(typeof s==`boolean`&&t.isStale()!==s||i&&i!==t.state.fetchStatus||a&&!a(t))}function te(e,t){let{exact:n,status:r,predicate:i,mutationKey:a}=e;if(a){if(!t.options.mutationKey)return!1;if(n){if(S(t.options.mutationKey)!==S(a))return!1}else if(!C(t.options.mutationKey,a))return!1}return!(r&&t.state.status!==r||i&&!i(t))}function ne(e,t){return(t?.queryKeyHashFn||S)(e)}function S(e){return JSON.stringify(e,(e,t)=>T(t)?Object.keys(t).sort().reduce((e,n)=>(e[n]=t[n],e),{}):t)}function C(e,t){if(e===t)return!0;if(typeof e!=typeof t)return!1;if(e&&t&&typeof e==`object`&&typeof t==`object`){if(Array.isArray(e)&&Array.isArray(t)){if(t.length>e.length)return!1;for(let n=0;n<t.length;n++)if(!C(e[n],t[n]))return!1;return!0}let n=Object.keys(t);for(let r of n)if(!C(e[r],t[r]))return!1;return!0}return!1}var re=Object.prototype.hasOwnProperty;function ie(e,t,n=0){if(e===t)return e;if(n>500)return t;let r=ae(e)&&ae(t);if(!r&&!(T(e)&&T(t)))return t;let i=(r?e:Object.keys(e)).length,a=r?t:Object.keys(t),o=a.length,s=r?Array(o):{},c=0;for(let l=0;l<o;l++){let o=r?l:a[l],u=e[o],d=t[o];if(u===d){s[o]=u,(r?l<i:re.call(e,o))&&c++;continue}if(u===null||d===null||typeof u!=`object`||typeof d!=`object`){s[o]=d;continue}let f=ie(u,d,n+1);s[o]=f,f===u&&c++}return i===o&&c===i?e:s}function w(e,t){if(!t||Object.keys(e).length!==Object.keys(t).length)return!1;for(let n of Object.keys(e))if(!re.call(t,n)||e[n]!==t[n])return!1;return!0}function ae(e){return Array.isArray(e)&&e.length===Object.keys(e).length}function T(e){if(!E(e))return!1;let t=Object.getPrototypeOf(e),n=t?.constructor;if(n===void 0)return!0;if(typeof n!=`function`)return!1;let r=n.prototype;return!(!E(r)||!r.hasOwnProperty(`isPrototypeOf`)||t!==Object.prototype)}function E(e){return Object.prototype.toString.call(e)===`[object Object]`}function oe(e){return new Promise(t=>{m.setTimeout(t,e)})}function D(e,t,n){return typeof n.structuralSharing==`function`?n.structuralSharing(e,t):n.structuralSharing===!1?t:ie(e,t)}function se(e){return e}function ce(e,t,n=0){let r=[...e,t];return n&&r.length>n?r.slice(-n):r}function le(e,t,n=0){let r=[t,...e];return n&&r.length>n?r.slice(0,n):r}var O=Symbol();function ue(e,t){return!e.queryFn&&t?.initialPromise?()=>t.initialPromise:!e.queryFn||e.queryFn===O?()=>Promise.reject(Error(`Missing queryFn: '${e.queryHash}'`)):e.queryFn}function k(e,t){return typeof e==`function`?e(...t):!!e}var A=Symbol();function de(e,t,n,r){let i=!1,a;return Object.defineProperties(e,{[A]:{value:r},signal:{enumerable:!0,get:()=>(a??=t(),i||(i=!0,a.aborted?n():a.addEventListener(`abort`,n,{once:!0})),a)}}),e}var fe=()=>g,j=()=>fe(),M=class{constructor(){this.listeners=new Set,this.subscribe=this.subscribe.bind(this)}subscribe(e){return this.listeners.add(e),this.onSubscribe(),()=>{this.listeners.delete(e),this.onUnsubscribe()}}hasListeners(){return this.listeners.size>0}onSubscribe(){}onUnsubscribe(){}},N=new class extends M{#e;#t;#n;constructor(){super(),this.#n=e=>{if(typeof window<`u`&&window.addEventListener){let t=()=>e();return window.addEventListener(`visibilitychange`,t,!1),()=>{window.removeEventListener(`visibilitychange`,t)}}}}onSubscribe(){this.#t||this.setEventListener(this.#n)}onUnsubscribe(){this.hasListeners()||(this.#t?.(),this.#t=void 0)}setEventListener(e){this.#n=e,this.#t?.(),this.#t=e(e=>{typeof e==`boolean`?this.setFocused(e):this.onFocus()})}setFocused(e){this.#e!==e&&(this.#e=e,this.onFocus())}onFocus(){let e=this.isFocused();this.listeners.forEach(t=>{t(e)})}isFocused(){return typeof this.#e==`boolean`?this.#e:globalThis.document?.visibilityState!==`hidden`}},pe=h;function me(){let e=[],t=0,n=e=>{e()},r=e=>{e()},i=pe,a=r=>{t?e.push(r):i(()=>{n(r)})},o=()=>{let t=e;e=[],t.length&&i(()=>{r(()=>{t.forEach(e=>{n(e)})})})};return{batch:e=>{let n;t++;try{n=e()}finally{t--,t||o()}return n},batchCalls:e=>(...t)=>{a(()=>{e(...t)})},schedule:a,setNotifyFunction:e=>{n=e},setBatchNotifyFunction:e=>{r=e},setScheduler:e=>{i=e}}}var P=me(),F=new class extends M{#e=!0;#t;#n;constructor(){super(),this.#n=e=>{if(typeof window<`u`&&window.addEventListener){let t=()=>e(!0),n=()=>e(!1);return window.addEventListener(`online`,t,!1),window.addEventListener(`offline`,n,!1),()=>{window.removeEventListener(`online`,t),window.removeEventListener(`offline`,n)}}}}onSubscribe(){this.#t||this.setEventListener(this.#n)}onUnsubscribe(){this.hasListeners()||(this.#t?.(),this.#t=void 0)}setEventListener(e){this.#n=e,this.#t?.(),this.#t=e(this.setOnline.bind(this))}setOnline(e){this.#e!==e&&(this.#e=e,this.listeners.forEach(t=>{t(e)}))}isOnline(){return this.#e}};function he(e){return Math.min(1e3*2**e,3e4)}function I(e){return(e??`online`)!==`online`||F.isOnline()}var L=class extends Error{constructor(e){super(`CancelledError`),this.revert=e?.revert,this.silent=e?.silent}};function R(e){let t=!1,n=0,r,i=`pending`,a,o,s=new Promise((e,t)=>{a=e,o=t});s.catch(_);let c=()=>i!==`pending`,l=t=>{if(!c()){let n=new L(t);h(n),e.onCancel?.(n)}},u=()=>{t=!0},d=()=>{t=!1},f=()=>N.isFocused()&&(e.networkMode===`always`||F.isOnline())&&e.canRun(),p=()=>I(e.networkMode)&&e.canRun(),m=e=>{c()||(r?.(),i=`resolved`,a(e))},h=e=>{c()||(r?.(),i=`rejected`,o(e))},g=t=>new Promise(n=>{r=e=>{(c()||t())&&n(e)},e.onPause?.()}).then(()=>{r=void 0,c()||e.onContinue?.()}),v=()=>{if(c())return;let r,i=n===0?e.initialPromise:void 0;try{r=i??e.fn()}catch(e){r=Promise.reject(e)}Promise.resolve(r).then(m).catch(r=>{if(c())return;let i=e.retry??(j()?0:3),a=e.retryDelay??he,o=typeof a==`function`?a(n,r):a,s=i===!0||typeof i==`number`&&n<i||typeof i==`function`&&i(n,r);t||!s?h(r):(n++,e.onFail?.(n,r),oe(o).then(()=>c()||f()?void 0:g(f)).then(()=>{t?h(r):v()}))})};return{promise:s,status:()=>i,cancel:l,continue:()=>(r?.(),s),cancelRetry:u,continueRetry:d,canStart:p,start:()=>(p()?v():g(p).then(v),s)}}function ge(e){return{onFetch:(t,n)=>{let r=t.options,i=t.fetchOptions?.meta?.fetchMore?.direction,a=t.state.data?.pages||[],o=t.state.data?.pageParams||[],s={pages:[],pageParams:[]},c=0,l=async()=>{let n=!1,l=t,u=e=>{de(e,()=>t.signal,()=>n=!0,l[A])},d=ue(t.options,t.fetchOptions),f=async(e,r,i)=>{if(n)return Promise.reject(t.signal.reason);if(r==null&&e.pages.length)return Promise.resolve(e);let a=(()=>{let e={client:t.client,queryKey:t.queryKey,pageParam:r,direction:i?`backward`:`forward`,meta:t.options.meta};return u(e),e})(),o=await d(a),{maxPages:s}=t.options,c=i?le:ce;return{pages:c(e.pages,o,s),pageParams:c(e.pageParams,r,s)}};if(i&&a.length){let e=i===`backward`,t=e?B:z,n={pages:a,pageParams:o};s=await f(n,t(r,n),e)}else{let t=e??a.length;do{let e=c===0?o[0]===void 0?r.initialPageParam:o[0]:z(r,s);if(c>0&&e==null)break;s=await f(s,e),c++}while(c<t)}return s};t.fetchFn=t.options.persister?()=>t.options.persister?.(l,{client:t.client,queryKey:t.queryKey,meta:t.options.meta,signal:t.signal},n):l}}}function z(e,{pages:t,pageParams:n}){let r=t.length-1;return t.length>0?e.getNextPageParam(t[r],t,n[r],n):void 0}function B(e,{pages:t,pageParams:n}){return t.length>0?e.getPreviousPageParam?.(t[0],t,n[0],n):void 0}function _e(e,t){return t?z(e,t)!=null:!1}function ve(e,t){return!t||!e.getPreviousPageParam?!1:B(e,t)!=null}var V=class{#e;destroy(){this.clearGcTimeout()}scheduleGc(){this.clearGcTimeout(),y(this.gcTime)&&(this.#e=m.setTimeout(()=>{this.optionalRemove()},this.gcTime))}updateGcTime(e){this.gcTime=Math.max(this.gcTime||0,e??(j()?1/0:3e5))}clearGcTimeout(){this.#e!==void 0&&(m.clearTimeout(this.#e),this.#e=void 0)}},ye=class extends V{#e;#t;#n;#r;#i;#a;#o;#s;#c;constructor(e){super(),this.#c=!1,this.#s=e.defaultOptions,this.setOptions(e.options),this.observers=[],this.#i=e.client,this.#r=this.#i.getQueryCache(),this.queryKey=e.queryKey,this.queryHash=e.queryHash,this.#t=W(this.options),this.state=e.state??this.#t,this.scheduleGc()}get meta(){return this.options.meta}get queryType(){return this.#e}get promise(){return this.#a?.promise}setOptions(e){if(this.options={...this.#s,...e},e?._type&&(this.#e=e._type),this.updateGcTime(this.options.gcTime),this.state&&this.state.data===void 0){let e=W(this.options);e.data!==void 0&&(this.setState(U(e.data,e.dataUpdatedAt)),this.#t=e)}}optionalRemove(){!this.observers.length&&this.state.fetchStatus===`idle`&&this.#r.remove(this)}setData(e,t){let n=D(this.state.data,e,this.options);return this.#l({data:n,type:`success`,dataUpdatedAt:t?.updatedAt,manual:t?.manual}),n}setState(e){this.#l({type:`setState`,state:e})}cancel(e){let t=this.#a?.promise;return this.#a?.cancel(e),t?t.then(_).catch(_):Promise.resolve()}destroy(){super.destroy(),this.cancel({silent:!0})}get resetState(){return this.#t}reset(){this.destroy(),this.setState(this.resetState)}isActive(){return this.observers.some(e=>x(e.options.enabled,this)!==!1)}isDisabled(){return this.getObserversCount()>0?!this.isActive():this.options.queryFn===O||!this.isFetched()}isFetched(){return this.state.dataUpdateCount+this.state.errorUpdateCount>0}isStatic(){return this.state.data!==void 0&&this.getObserversCount()>0&&this.observers.some(e=>x(e.options.staleTime,this)===`static`)}isStale(){return this.getObserversCount()>0?this.observers.some(e=>e.getCurrentResult().isStale):this.state.data===void 0||this.state.isInvalidated}isStaleByTime(e=0){return this.state.data===void 0?!0:e===`static`?!1:this.state.isInvalidated?!0:!b(this.state.dataUpdatedAt,e)}onFocus(){this.observers.find(e=>e.shouldFetchOnWindowFocus())?.refetch({cancelRefetch:!1}),this.#a?.continue()}onOnline(){this.observers.find(e=>e.shouldFetchOnReconnect())?.refetch({cancelRefetch:!1}),this.#a?.continue()}addObserver(e){this.observers.includes(e)||(this.observers.push(e),this.clearGcTimeout(),this.#r.notify({type:`observerAdded`,query:this,observer:e}))}removeObserver(e){let t=this.observers.indexOf(e);t!==-1&&(this.observers.splice(t,1),this.observers.length||(this.#a&&(this.#c||this.state.fetchStatus===`paused`&&this.state.status===`pending`?this.#a.cancel({revert:!0}):this.#a.cancelRetry()),this.scheduleGc()),this.#r.notify({type:`observerRemoved`,query:this,observer:e}))}getObserversCount(){return this.observers.length}invalidate(){this.state.isInvalidated||this.#l({type:`invalidate`})}async fetch(e,t){if(this.state.fetchStatus!==`idle`&&this.#a?.status()!==`rejected`){if(this.state.data!==void 0&&t?.cancelRefetch)this.cancel({silent:!0});else if(this.#a&&this.#o)return this.#a.continueRetry(),this.#o}if(e&&this.setOptions(e),!this.options.queryFn){let e=this.observers.find(e=>e.options.queryFn);e&&this.setOptions(e.options)}let n=new AbortController,r=e=>{Object.defineProperties(e,{[A]:{value:n.signal,enumerable:!0},signal:{enumerable:!0,get:()=>(this.#c=!0,n.signal)}})},i=()=>{let e=ue(this.options,t),n=(()=>{let e={client:this.#i,queryKey:this.queryKey,meta:this.meta};return r(e),e})();return this.#c=!1,this.options.persister?this.options.persister(e,n,this):e(n)},a=(()=>{let e={fetchOptions:t,options:this.options,queryKey:this.queryKey,client:this.#i,state:this.state,fetchFn:i};return r(e),e})();(this.#e===`infinite`?ge(this.options.pages):this.options.behavior)?.onFetch(a,this),this.#n=this.state,(this.state.fetchStatus===`idle`||this.state.fetchMeta!==a.fetchOptions?.meta)&&this.#l({type:`fetch`,meta:a.fetchOptions?.meta});let o=this.#a=R({initialPromise:t?.initialPromise,fn:a.fetchFn,onCancel:e=>{e instanceof L&&e.revert&&this.setState({...this.#n,fetchStatus:`idle`}),n.abort()},onFail:(e,t)=>{this.#l({type:`failed`,failureCount:e,error:t})},onPause:()=>{this.#l({type:`pause`})},onContinue:()=>{this.#l({type:`continue`})},retry:a.options.retry,retryDelay:a.options.retryDelay,networkMode:a.options.networkMode,canRun:()=>!0}),s=(async()=>{try{let e=await o.promise;if(e===void 0)throw Error(`${this.queryHash} data is undefined`);return this.setData(e),this.#r.config.onSuccess?.(e,this),this.#r.config.onSettled?.(e,this.state.error,this),e}catch(e){if(e instanceof L){if(e.silent){if(this.#a!==o&&this.#o)return this.#o;throw e}if(e.revert){if(this.state.data===void 0)throw e;return this.state.data}}throw this.#l({type:`error`,error:e}),this.#r.config.onError?.(e,this),this.#r.config.onSettled?.(this.state.data,e,this),e}finally{this.#a===o&&(this.#a=void 0,this.#o=void 0),this.scheduleGc()}})();return this.#o=s,o.start(),s}#l(e){let t=t=>{switch(e.type){case`failed`:return{...t,fetchFailureCount:e.failureCount,fetchFailureReason:e.error};case`pause`:return{...t,fetchStatus:`paused`};case`continue`:return{...t,fetchStatus:`fetching`};case`fetch`:return{...t,...H(t.data,this.options),fetchMeta:e.meta??null};case`success`:{let n={...t,...U(e.data,e.dataUpdatedAt),dataUpdateCount:t.dataUpdateCount+1,...!e.manual&&{fetchStatus:`idle`,fetchFailureCount:0,fetchFailureReason:null}};return this.#n=e.manual?n:void 0,n}case`error`:{let n=e.error;return{...t,error:n,errorUpdateCount:t.errorUpdateCount+1,errorUpdatedAt:Date.now(),fetchFailureCount:t.fetchFailureCount+1,fetchFailureReason:n,fetchStatus:`idle`,status:`error`,isInvalidated:!0}}case`invalidate`:return{...t,isInvalidated:!0};case`setState`:return{...t,...e.state}}};this.state=t(this.state),P.batch(()=>{this.observers.slice().forEach(e=>{e.onQueryUpdate()}),this.#r.notify({query:this,type:`updated`,action:e})})}};function H(e,t){return{fetchFailureCount:0,fetchFailureReason:null,fetchStatus:I(t.networkMode)?`fetching`:`paused`,...e===void 0&&{error:null,status:`pending`}}}function U(e,t){return{data:e,dataUpdatedAt:t??Date.now(),error:null,isInvalidated:!1,status:`success`}}function W(e){let t=typeof e.initialData==`function`?e.initialData():e.initialData,n=t!==void 0,r=n?typeof e.initialDataUpdatedAt==`function`?e.initialDataUpdatedAt():e.initialDataUpdatedAt:0;return{data:t,dataUpdateCount:0,dataUpdatedAt:n?r??Date.now():0,error:null,errorUpdateCount:0,errorUpdatedAt:0,fetchFailureCount:0,fetchFailureReason:null,fetchMeta:null,isInvalidated:!1,status:n?`success`:`pending`,fetchStatus:`idle`}}var G=class extends M{#e;#t=void 0;#n=void 0;#r=void 0;#i;#a;#o;#s;#c;#l;#u;#d;#f;#p=new Set;constructor(e,t){super(),this.options=t,this.#e=e,this.#o=null,this.bindMethods(),this.setOptions(t)}bindMethods(){this.refetch=this.refetch.bind(this)}onSubscribe(){this.listeners.size===1&&(this.#t.addObserver(this),K(this.#t,this.options)?this.#m():this.updateResult(),this.#y())}onUnsubscribe(){this.hasListeners()||this.destroy()}shouldFetchOnReconnect(){return q(this.#t,this.options,this.options.refetchOnReconnect)}shouldFetchOnWindowFocus(){return q(this.#t,this.options,this.options.refetchOnWindowFocus)}destroy(){this.listeners=new Set,this.#b(),this.#x(),this.#t.removeObserver(this)}setOptions(e){let t=this.options,n=this.#t;if(this.options=this.#e.defaultQueryOptions(e),this.options.enabled!==void 0&&typeof this.options.enabled!=`boolean`&&typeof this.options.enabled!=`function`&&typeof x(this.options.enabled,this.#t)!=`boolean`)throw Error(`Expected enabled to be a boolean or a callback that returns a boolean`);this.#S(),this.#t.setOptions(this.options),t._defaulted&&!w(this.options,t)&&this.#e.getQueryCache().notify({type:`observerOptionsUpdated`,query:this.#t,observer:this});let r=this.hasListeners();r&&xe(this.#t,n,this.options,t)&&this.#m(),this.updateResult(),r&&(this.#t!==n||x(this.options.enabled,this.#t)!==x(t.enabled,this.#t)||x(this.options.staleTime,this.#t)!==x(t.staleTime,this.#t))&&this.#g();let i=this.#_();r&&(this.#t!==n||x(this.options.enabled,this.#t)!==x(t.enabled,this.#t)||i!==this.#f)&&this.#v(i)}getOptimisticResult(e){let t=this.#e.getQueryCache().build(this.#e,e),n=this.createResult(t,e);return w(this.getCurrentResult(),n)||(this.#r=n,this.#a=this.options,this.#i=this.#t.state),n}getCurrentResult(){return this.#r}trackResult(e,t){return new Proxy(e,{get:(e,n)=>(this.trackProp(n),t?.(n),Reflect.get(e,n))})}trackProp(e){this.#p.add(e)}getCurrentQuery(){return this.#t}refetch({...e}={}){return this.fetch({...e})}fetchOptimistic(e){let t=this.#e.defaultQueryOptions(e),n=this.#e.getQueryCache().build(this.#e,t),r=()=>{},i,a=new Promise(e=>{i=e,r=this.#e.getQueryCache().subscribe(i=>{i.type===`updated`&&i.query.queryHash===n.queryHash&&n.state.data!==void 0&&(r(),e(this.createResult(n,t)))})});return Promise.race([n.fetch(t).then(()=>{let e=this.createResult(n,t);return i?.(e),e}).finally(()=>{r()}),a])}fetch(e){return this.#m({...e,cancelRefetch:e.cancelRefetch??!0}).then(()=>(this.updateResult(),this.#r))}#m(e){this.#S();let t=this.#t.fetch(this.options,e);return e?.throwOnError||(t=t.catch(_)),t}#h(e){return!j()&&x(this.options.enabled,this.#t)!==!1&&y(e)}#g(){this.#b();let e=x(this.options.staleTime,this.#t);if(this.#r.isStale||!this.#h(e))return;let t=b(this.#r.dataUpdatedAt,e)+1;this.#u=m.setTimeout(()=>{this.#r.isStale||this.updateResult()},t)}#_(){return x(this.options.refetchInterval,this.#t)??!1}#v(e){this.#x(),this.#f=e,this.#f!==0&&this.#h(this.#f)&&(this.#d=m.setInterval(()=>{(this.options.refetchIntervalInBackground||N.isFocused())&&this.#m()},this.#f))}#y(){this.#g(),this.#v(this.#_())}#b(){this.#u!==void 0&&(m.clearTimeout(this.#u),this.#u=void 0)}#x(){this.#d!==void 0&&(m.clearInterval(this.#d),this.#d=void 0)}createResult(e,t){let n=this.#t,r=this.options,i=this.#r,a=this.#i,o=this.#a,s=e===n?this.#n:e.state,{state:c}=e,l={...c},u=!1,d;if(t._optimisticResults){let i=this.hasListeners(),a=!i&&K(e,t),o=i&&xe(e,n,t,r);(a||o)&&(l={...l,...H(c.data,e.options)}),t._optimisticResults===`isRestoring`&&(l.fetchStatus=`idle`)}let{error:f,errorUpdatedAt:p,status:m}=l;d=l.data;let h=!1;if(t.placeholderData!==void 0&&d===void 0&&m===`pending`){let e;i?.isPlaceholderData&&t.placeholderData===o?.placeholderData?(e=i.data,h=!0):e=typeof t.placeholderData==`function`?t.placeholderData(this.#l?.state.data,this.#l):t.placeholderData,e!==void 0&&(m=`success`,d=D(i?.data,e,t),u=!0)}if(t.select&&d!==void 0&&!h){if(i&&d===a?.data&&t.select===this.#s)d=this.#c;else try{this.#s=t.select,d=t.select(d),d=D(i?.data,d,t),this.#c=d,this.#o=null}catch(e){this.#o=e}}else d===void 0&&(this.#o=null);this.#o&&(f=this.#o,d=this.#c,p=i?.error===f?i.errorUpdatedAt:Date.now(),m=`error`,u=!1);let g=l.fetchStatus===`fetching`,_=m===`pending`,v=m===`error`,y=_&&g,b=d!==void 0;return{status:m,fetchStatus:l.fetchStatus,isPending:_,isSuccess:m===`success`,isError:v,isInitialLoading:y,isLoading:y,data:d,dataUpdatedAt:l.dataUpdatedAt,error:f,errorUpdatedAt:p,failureCount:l.fetchFailureCount,failureReason:l.fetchFailureReason,errorUpdateCount:l.errorUpdateCount,isFetched:e.isFetched(),isFetchedAfterMount:l.dataUpdateCount>s.dataUpdateCount||l.errorUpdateCount>s.errorUpdateCount,isFetching:g,isRefetching:g&&!_,isLoadingError:v&&!b,isPaused:l.fetchStatus===`paused`,isPlaceholderData:u,isRefetchError:v&&b,isStale:J(e,t),refetch:this.refetch,isEnabled:x(t.enabled,e)!==!1}}updateResult(){let e=this.#r,t=this.createResult(this.#t,this.options);if(this.#i=this.#t.state,this.#a=this.options,this.#i.data!==void 0&&(this.#l=this.#t),w(t,e))return;this.#r=t;let n=(()=>{if(!e)return!0;let{notifyOnChangeProps:t}=this.options,n=typeof t==`function`?t():t;if(n===`all`||!n&&!this.#p.size||this.options.throwOnError&&this.#r.error!==e.error)return!0;for(let t of n??this.#p)if(this.#r[t]!==e[t])return!0;return!1})();P.batch(()=>{n&&this.listeners.forEach(e=>{e(this.#r)}),this.#e.getQueryCache().notify({query:this.#t,type:`observerResultsUpdated`})})}#S(){let e=this.#e.getQueryCache().build(this.#e,this.options);if(e===this.#t)return;let t=this.#t;this.#t=e,this.#n=e.state,this.hasListeners()&&(t?.removeObserver(this),e.addObserver(this))}onQueryUpdate(){this.updateResult(),this.hasListeners()&&this.#y()}};function be(e,t){return x(t.enabled,e)!==!1&&e.state.data===void 0&&(e.state.status!==`error`||x(t.retryOnMount,e)!==!1)}function K(e,t){return be(e,t)||e.state.data!==void 0&&q(e,t,t.refetchOnMount)}function q(e,t,n){if(x(t.enabled,e)!==!1&&x(t.staleTime,e)!==`static`){let r=x(n,e);return r===`always`||r!==!1&&J(e,t)}return!1}function xe(e,t,n,r){return(e!==t||x(r.enabled,e)===!1)&&(!n.suspense||e.state.status!==`error`)&&J(e,n)}function J(e,t){return x(t.enabled,e)!==!1&&e.isStaleByTime(x(t.staleTime,e))}var Se=class extends G{constructor(e,t){super(e,t)}bindMethods(){super.bindMethods(),this.fetchNextPage=this.fetchNextPage.bind(this),this.fetchPreviousPage=this.fetchPreviousPage.bind(this)}setOptions(e){e._type=`infinite`,super.setOptions(e)}getOptimisticResult(e){return e._type=`infinite`,super.getOptimisticResult(e)}fetchNextPage(e){return this.fetch({...e,meta:{fetchMore:{direction:`forward`}}})}fetchPreviousPage(e){return this.fetch({...e,meta:{fetchMore:{direction:`backward`}}})}createResult(e,t){let{state:n}=e,r=super.createResult(e,t),{isFetching:i,isRefetching:a,isError:o,isRefetchError:s}=r,c=n.fetchMeta?.fetchMore?.direction,l=o&&c===`forward`,u=i&&c===`forward`,d=o&&c===`backward`,f=i&&c===`backward`;return{...r,fetchNextPage:this.fetchNextPage,fetchPreviousPage:this.fetchPreviousPage,hasNextPage:_e(t,n.data),hasPreviousPage:ve(t,n.data),isFetchNextPageError:l,isFetchingNextPage:u,isFetchPreviousPageError:d,isFetchingPreviousPage:f,isRefetchError:s&&!l&&!d,isRefetching:a&&!u&&!f}}},Ce=c.createContext(!1),we=()=>c.useContext(Ce);Ce.Provider;function Te(){let e=!1;return{clearReset:()=>{e=!1},reset:()=>{e=!0},isReset:()=>e}}var Ee=c.createContext(Te()),De=()=>c.useContext(Ee),Oe=(e,t,n)=>{let r=n?.state.status===`error`&&typeof e.throwOnError==`function`?k(e.throwOnError,[n.state.error,n]):e.throwOnError;(e.suspense||r)&&(t.isReset()||(e.retryOnMount=!1))},ke=e=>{c.useEffect(()=>{e.clearReset()},[e])},Ae=({result:e,errorResetBoundary:t,throwOnError:n,query:r,suspense:i})=>e.isError&&!t.isReset()&&!e.isFetching&&r&&(i&&e.data===void 0||k(n,[e.error,r])),je=e=>{if(e.suspense){let t=1e3,n=e=>e===`static`?e:Math.max(e??t,t),r=e.staleTime;e.staleTime=typeof r==`function`?(...e)=>n(r(...e)):n(r),typeof e.gcTime==`number`&&(e.gcTime=Math.max(e.gcTime,t))}},Me=(e,t)=>e?.suspense&&t.isPending,Ne=(e,t,n)=>t.fetchOptimistic(e).catch(()=>{n.clearReset()});function Pe(e,t,n){let r=we(),i=De(),a=d(n),o=a.defaultQueryOptions(e),s=a.getQueryCache().get(o.queryHash),l=e.subscribed!==!1;o._optimisticResults=r?`isRestoring`:l?`optimistic`:void 0,je(o),Oe(o,i,s),ke(i);let[u]=c.useState(()=>new t(a,o)),f=u.getOptimisticResult(o);c.useEffect(()=>{u.setOptions(o)},[o,u]);let p=!r&&l;if(c.useSyncExternalStore(c.useCallback(e=>{let t=p?u.subscribe(P.batchCalls(e)):_;return u.updateResult(),t},[u,p]),()=>u.getCurrentResult(),()=>u.getCurrentResult()),Me(o,f))throw Ne(o,u,i);if(Ae({result:f,errorResetBoundary:i,throwOnError:o.throwOnError,query:s,suspense:o.suspense}))throw f.error;return o.notifyOnChangeProps?f:u.trackResult(f)}function Fe(e,t){return Pe(e,G,t)}function Ie(e,t){return Pe(e,Se,t)}var Y=class extends Error{code;clause;field;constructor(e,{code:t=`INTERNAL`,clause:n,field:r}){super(e),this.code=t,this.clause=n,this.field=r}},X=class extends Error{};async function Z(t,n,r,i){let a=await Le(t.token,{query:n.toString(),variables:r},i);if(a.status===401)throw e(t),new Y(``,{code:`BAD_TOKEN`});let o=await a.json().catch(()=>({})),s=o.errors??[];if(o.data)return{data:o.data,faults:s};let c=s[0];throw c?new Y(c.message,c.extensions??{}):new X(String(a.status))}async function Le(e,t,n){try{return await fetch(`/graphql`,{method:`POST`,headers:{"Content-Type":`application/json`,"Accept-Language":o(),Authorization:`Bearer ${e}`},body:JSON.stringify(t),...n&&{signal:n}})}catch(e){throw n?.aborted?e:new X(String(e))}}var Re=(e,t,n)=>[String(t),n,e.person,o()];function ze(e,n,r={}){let i=t();return Fe({queryKey:Re(i,e,n),queryFn:({signal:t})=>Z(i,e,n,t),enabled:r.enabled??!0,...r.keep&&{placeholderData:se}})}function Be(e,n,r){let i=t(),a=Ie({queryKey:Re(i,e,n),queryFn:({signal:t,pageParam:r})=>Z(i,e,{...n,after:r},t),initialPageParam:null,getNextPageParam:e=>{let t=r(e.data)?.pageInfo;return t?.hasNextPage?t.endCursor:null}}),{hasNextPage:o,isFetching:s,fetchNextPage:l,isError:u}=a;(0,c.useEffect)(()=>{o&&!s&&!u&&l()},[o,s,u,l]);let d=a.data?.pages.map(e=>r(e.data))??[];return{nodes:d.flatMap(e=>e?.edges.map(e=>e.node)??[]),total:d[0]?.totalCount??0,whole:a.isSuccess&&!o,faults:a.data?.pages.flatMap(e=>e.faults)??[],error:a.error,isPending:a.isPending,refetch:a.refetch}}var Q=class extends String{__apiType;value;__meta__;constructor(e,t){super(e),this.value=e,this.__meta__=t}toString(){return this.value}};new Q(`
    fragment Given on Delegation {
  id
  acts
  bodies
  since
  until
  withdrawnOn
  inForce
  document {
    number
    date
  }
  rater {
    id
    section
    name
  }
  delegate {
    code
    title
  }
}
    `,{fragmentName:`Given`}),new Q(`
    fragment Counts on Tally {
  excellent
  good
  completed
  notCompleted
  notRated
  total
}
    `,{fragmentName:`Counts`}),new Q(`
    fragment Decided on Rating {
  level
  decidedOn
  rater {
    code
    section
    name
    clause {
      id
      text
    }
  }
  document {
    number
    date
  }
}
    `,{fragmentName:`Decided`}),new Q(`
    fragment Sheet on Appraisal {
  id
  version
  stage
  track
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  post {
    code
    title
  }
  selfLevel
  proposedLevel
  computed {
    level
  }
  peerGroup {
    code
    name
  }
}
    `,{fragmentName:`Sheet`}),new Q(`
    fragment Standing on Quota {
  group {
    code
    name
  }
  excellent
  good
  completed
  notCompleted
  notRated
  base
  limit
  headroom
  holds
  otherReading {
    base
    limit
    holds
  }
  clause {
    id
    text
  }
}
    `,{fragmentName:`Standing`}),new Q(`
    fragment Waits on Waiting {
  reason
  clause {
    id
    text
  }
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  group {
    code
    name
  }
}
    `,{fragmentName:`Waits`}),new Q(`
    fragment Concluded on ConcludeResult {
  __typename
  ... on Conclusion {
    quota {
      ...Standing
    }
    appraisals {
      id
      version
      subject {
        __typename
        ... on Body {
          code
          name
        }
        ... on Person {
          id
          name
        }
      }
      rating {
        level
        decidedOn
        reason
        rater {
          section
          name
        }
        document {
          number
          date
        }
      }
    }
    receipt {
      sequence
      hash
    }
  }
  ... on Refusal {
    code
    message
    clause {
      id
      text
    }
  }
  ... on NotCompetent {
    appraisals {
      id
    }
  }
  ... on QuotaExceeded {
    quota {
      ...Standing
    }
  }
  ... on AboveComputed {
    appraisals {
      id
      computed {
        level
      }
    }
  }
  ... on ReasonNeeded {
    appraisals {
      id
    }
  }
  ... on OutOfOrder {
    waitsFor {
      ...Waits
    }
  }
  ... on StaleVersion {
    appraisals {
      id
      version
    }
  }
}
    fragment Waits on Waiting {
  reason
  clause {
    id
    text
  }
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  group {
    code
    name
  }
}
fragment Standing on Quota {
  group {
    code
    name
  }
  excellent
  good
  completed
  notCompleted
  notRated
  base
  limit
  headroom
  holds
  otherReading {
    base
    limit
    holds
  }
  clause {
    id
    text
  }
}`,{fragmentName:`Concluded`});var Ve=new Q(`
    query Authority($subject: SubjectInput!, $year: Int!, $track: Track!) {
  authority(subject: $subject, year: $year, track: $track) {
    act
    granted
    rater {
      code
      section
      name
      due
      chair {
        code
        title
      }
      members {
        code
        title
      }
      compiledBy {
        code
        name
      }
    }
    clause {
      id
      text
    }
    remark {
      id
      text
    }
    overruled {
      rater {
        section
        name
      }
      clause {
        id
        text
      }
    }
  }
  may(act: RATE, subject: $subject, year: $year, track: $track) {
    allowed
    message
    missing
    clause {
      id
      text
    }
    through {
      post {
        title
      }
      delegation {
        id
        until
        document {
          number
          date
        }
      }
    }
    nearest {
      raterName
      clause {
        id
        text
      }
    }
    remark {
      id
      text
    }
  }
}
    `),He=new Q(`
    query SubjectName($body: ID!, $person: ID!, $isBody: Boolean!, $isPerson: Boolean!) {
  body(code: $body) @include(if: $isBody) {
    code
    name
  }
  person(id: $person) @include(if: $isPerson) {
    id
    name
    memberships {
      post {
        title
      }
    }
  }
}
    `),Ue=new Q(`
    query Gaps($year: Int!, $after: String) {
  authorityGaps(year: $year, first: 100, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        why
        clause {
          id
          text
        }
        posts {
          code
          title
        }
        appraisal {
          id
          track
        }
        subject {
          __typename
          ... on Body {
            code
            name
          }
          ... on Person {
            id
            name
          }
        }
      }
    }
  }
}
    `),We=new Q(`
    query Delegations {
  me {
    posts {
      code
      title
      delegations {
        ...Given
      }
    }
    raters {
      code
      section
      name
      role
      rater {
        id
        delegations {
          ...Given
        }
      }
    }
  }
}
    fragment Given on Delegation {
  id
  acts
  bodies
  since
  until
  withdrawnOn
  inForce
  document {
    number
    date
  }
  rater {
    id
    section
    name
  }
  delegate {
    code
    title
  }
}`),Ge=new Q(`
    query Compliance($year: Int!, $after: String) {
  compliance(year: $year, first: 200, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        toRate
        decided
        late
        daysLate
        due
        waiting
        rater {
          id
          code
          section
          name
          chair {
            title
          }
          compiledBy {
            code
            name
          }
        }
        waitsFor {
          id
          section
          name
        }
      }
    }
  }
}
    `),Ke=new Q(`
    query TreeLevel($code: ID!, $after: String) {
  body(code: $code) {
    code
    name
    kind
    children(first: 500, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          code
          name
          kind
          children(first: 1) {
            totalCount
          }
        }
      }
    }
  }
}
    `),qe=new Q(`
    query TreeLevels($code: ID!, $after: String) {
  body(code: $code) {
    code
    name
    kind
    children(first: 100, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          code
          name
          kind
          children(first: 50) {
            totalCount
            pageInfo {
              hasNextPage
            }
            edges {
              node {
                code
                name
                kind
                children(first: 1) {
                  totalCount
                }
              }
            }
          }
        }
      }
    }
  }
}
    `),Je=new Q(`
    query BodyPage($code: ID!, $year: Int!) {
  body(code: $code) {
    code
    name
    kind
    tier
    leads {
      code
      name
    }
    peerGroup {
      code
      name
    }
    parent {
      code
      name
      parent {
        code
        name
        parent {
          code
          name
          parent {
            code
            name
            parent {
              code
              name
            }
          }
        }
      }
    }
    rating(year: $year) {
      ...Decided
    }
    appraisal(year: $year) {
      id
      stage
      due
      overdueDays
      blockedBy {
        reason
      }
    }
    bodies: tally(year: $year, of: BODY) {
      ...Counts
    }
    officials: tally(year: $year, of: PERSON) {
      ...Counts
    }
    members: tally(year: $year, of: PARTY_MEMBER) {
      ...Counts
    }
    leaders: memberships(ranks: [SECRETARY, DEPUTY_SECRETARY, HEAD, DEPUTY]) {
      since
      post {
        code
        title
        rank
      }
      person {
        id
        name
        rating(year: $year, track: OFFICIAL) {
          level
        }
      }
    }
  }
}
    fragment Counts on Tally {
  excellent
  good
  completed
  notCompleted
  notRated
  total
}
fragment Decided on Rating {
  level
  decidedOn
  rater {
    code
    section
    name
    clause {
      id
      text
    }
  }
  document {
    number
    date
  }
}`),Ye=new Q(`
    query BodyChildren($code: ID!, $year: Int!, $after: String) {
  body(code: $code) {
    code
    children(first: 100, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          code
          name
          kind
          rating(year: $year) {
            level
          }
          bodies: tally(year: $year, of: BODY) {
            ...Counts
          }
          officials: tally(year: $year, of: PERSON) {
            ...Counts
          }
          members: tally(year: $year, of: PARTY_MEMBER) {
            ...Counts
          }
        }
      }
    }
  }
}
    fragment Counts on Tally {
  excellent
  good
  completed
  notCompleted
  notRated
  total
}`),Xe=new Q(`
    query BodyYear($code: ID!, $year: Int!) {
  body(code: $code) {
    rating(year: $year) {
      ...Decided
    }
    appraisal(year: $year) {
      id
      stage
    }
  }
}
    fragment Decided on Rating {
  level
  decidedOn
  rater {
    code
    section
    name
    clause {
      id
      text
    }
  }
  document {
    number
    date
  }
}`),Ze=new Q(`
    query PersonPage($id: ID!, $year: Int!) {
  person(id: $id) {
    id
    name
    memberships {
      since
      until
      post {
        code
        title
        rank
        body {
          code
          name
        }
      }
    }
    official: rating(year: $year, track: OFFICIAL) {
      ...Decided
    }
    member: rating(year: $year, track: PARTY_MEMBER) {
      ...Decided
    }
    asOfficial: appraisal(year: $year, track: OFFICIAL) {
      id
      stage
      due
      overdueDays
      post {
        title
      }
    }
    asMember: appraisal(year: $year, track: PARTY_MEMBER) {
      id
      stage
      due
      overdueDays
    }
  }
}
    fragment Decided on Rating {
  level
  decidedOn
  rater {
    code
    section
    name
    clause {
      id
      text
    }
  }
  document {
    number
    date
  }
}`),Qe=new Q(`
    query PersonYear($id: ID!, $year: Int!) {
  person(id: $id) {
    official: rating(year: $year, track: OFFICIAL) {
      ...Decided
    }
    member: rating(year: $year, track: PARTY_MEMBER) {
      ...Decided
    }
    asOfficial: appraisal(year: $year, track: OFFICIAL) {
      id
    }
    asMember: appraisal(year: $year, track: PARTY_MEMBER) {
      id
    }
  }
}
    fragment Decided on Rating {
  level
  decidedOn
  rater {
    code
    section
    name
    clause {
      id
      text
    }
  }
  document {
    number
    date
  }
}`),$e=new Q(`
    query Start {
  me {
    person {
      id
      name
    }
    posts {
      code
      title
    }
    raters {
      code
      section
      name
      role
      until
      clause {
        id
        text
      }
      rater {
        id
      }
    }
  }
  cycles {
    year
    edition
    openedOn
    closedOn
  }
}
    `),et=new Q(`
    query Why($id: ID!) {
  appraisal(id: $id) {
    id
    year
    track
    version
    stage
    due
    overdueDays
    subject {
      __typename
      ... on Body {
        code
        name
      }
      ... on Person {
        id
        name
      }
    }
    post {
      code
      title
    }
    peerGroup {
      code
      name
    }
    blockedBy {
      ...Waits
    }
    rating {
      ...Decided
    }
    selfLevel
    proposedLevel
    computed {
      level
      edition
      waitsFor {
        reason
        clause {
          id
          text
        }
        subject {
          __typename
          ... on Body {
            code
            name
          }
          ... on Person {
            id
            name
          }
        }
      }
      findings {
        level
        outcome
        measured
        required
        remark
        clause {
          id
          text
        }
      }
    }
    history {
      act
      at
      level
      reason
      clause {
        id
        text
      }
      actor {
        person {
          id
          name
        }
        post {
          title
        }
        onBehalfOf {
          section
          name
        }
      }
    }
    file {
      completedOn
      documents {
        id
        number
        issuedOn
        issuer
        paperName
        bytes
        url
      }
      missing {
        name
        clause {
          id
          text
        }
      }
    }
  }
}
    fragment Decided on Rating {
  level
  decidedOn
  rater {
    code
    section
    name
    clause {
      id
      text
    }
  }
  document {
    number
    date
  }
}
fragment Waits on Waiting {
  reason
  clause {
    id
    text
  }
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  group {
    code
    name
  }
}`),tt=new Q(`
    query Worklist($year: Int!, $after: String) {
  me {
    worklist(year: $year, first: 100, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          act
          due
          overdueDays
          blockedBy {
            ...Waits
          }
          appraisal {
            ...Sheet
          }
        }
      }
    }
  }
}
    fragment Waits on Waiting {
  reason
  clause {
    id
    text
  }
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  group {
    code
    name
  }
}
fragment Sheet on Appraisal {
  id
  version
  stage
  track
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  post {
    code
    title
  }
  selfLevel
  proposedLevel
  computed {
    level
  }
  peerGroup {
    code
    name
  }
}`),nt=new Q(`
    query QuotaWhatIf($year: Int!, $group: ID!, $proposals: [LevelProposal!]!) {
  quotaCheck(year: $year, group: $group, proposals: $proposals) {
    ...Standing
  }
}
    fragment Standing on Quota {
  group {
    code
    name
  }
  excellent
  good
  completed
  notCompleted
  notRated
  base
  limit
  headroom
  holds
  otherReading {
    base
    limit
    holds
  }
  clause {
    id
    text
  }
}`),rt=new Q(`
    mutation Conclude($input: ConcludeInput!) {
  conclude(input: $input) {
    ...Concluded
  }
}
    fragment Waits on Waiting {
  reason
  clause {
    id
    text
  }
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  group {
    code
    name
  }
}
fragment Standing on Quota {
  group {
    code
    name
  }
  excellent
  good
  completed
  notCompleted
  notRated
  base
  limit
  headroom
  holds
  otherReading {
    base
    limit
    holds
  }
  clause {
    id
    text
  }
}
fragment Concluded on ConcludeResult {
  __typename
  ... on Conclusion {
    quota {
      ...Standing
    }
    appraisals {
      id
      version
      subject {
        __typename
        ... on Body {
          code
          name
        }
        ... on Person {
          id
          name
        }
      }
      rating {
        level
        decidedOn
        reason
        rater {
          section
          name
        }
        document {
          number
          date
        }
      }
    }
    receipt {
      sequence
      hash
    }
  }
  ... on Refusal {
    code
    message
    clause {
      id
      text
    }
  }
  ... on NotCompetent {
    appraisals {
      id
    }
  }
  ... on QuotaExceeded {
    quota {
      ...Standing
    }
  }
  ... on AboveComputed {
    appraisals {
      id
      computed {
        level
      }
    }
  }
  ... on ReasonNeeded {
    appraisals {
      id
    }
  }
  ... on OutOfOrder {
    waitsFor {
      ...Waits
    }
  }
  ... on StaleVersion {
    appraisals {
      id
      version
    }
  }
}`),it=new Q(`
    mutation Decide($input: DecideInput!) {
  decide(input: $input) {
    ...Concluded
  }
}
    fragment Waits on Waiting {
  reason
  clause {
    id
    text
  }
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  group {
    code
    name
  }
}
fragment Standing on Quota {
  group {
    code
    name
  }
  excellent
  good
  completed
  notCompleted
  notRated
  base
  limit
  headroom
  holds
  otherReading {
    base
    limit
    holds
  }
  clause {
    id
    text
  }
}
fragment Concluded on ConcludeResult {
  __typename
  ... on Conclusion {
    quota {
      ...Standing
    }
    appraisals {
      id
      version
      subject {
        __typename
        ... on Body {
          code
          name
        }
        ... on Person {
          id
          name
        }
      }
      rating {
        level
        decidedOn
        reason
        rater {
          section
          name
        }
        document {
          number
          date
        }
      }
    }
    receipt {
      sequence
      hash
    }
  }
  ... on Refusal {
    code
    message
    clause {
      id
      text
    }
  }
  ... on NotCompetent {
    appraisals {
      id
    }
  }
  ... on QuotaExceeded {
    quota {
      ...Standing
    }
  }
  ... on AboveComputed {
    appraisals {
      id
      computed {
        level
      }
    }
  }
  ... on ReasonNeeded {
    appraisals {
      id
    }
  }
  ... on OutOfOrder {
    waitsFor {
      ...Waits
    }
  }
  ... on StaleVersion {
    appraisals {
      id
      version
    }
  }
}`);function at({what:e,done:t,of:n}){let r=e??i(`Đang tải…`,`Loading…`);return(0,l.jsx)(`div`,{className:`state`,role:`status`,children:t!==void 0&&n?(0,l.jsxs)(`label`,{children:[r,` `,t,`/`,n,(0,l.jsx)(`progress`,{value:t,max:n})]}):(0,l.jsx)(`span`,{className:`waits`,children:r})})}function ot({children:e}){return(0,l.jsx)(`p`,{className:`state quiet`,children:e})}function st({children:e}){return(0,l.jsxs)(l.Fragment,{children:[(0,l.jsx)(`h1`,{children:i(`Không tìm thấy`,`Not found`)}),(0,l.jsx)(ot,{children:e})]})}function $({error:e,retry:t}){let[n,r]=ct(e);return(0,l.jsxs)(`div`,{className:`state fault`,role:`alert`,children:[(0,l.jsx)(`strong`,{children:n}),(0,l.jsx)(`p`,{children:r}),t&&!(e instanceof Y&&e.code===`FORBIDDEN`)&&(0,l.jsx)(`button`,{type:`button`,onClick:()=>void t(),children:i(`Thử lại`,`Try again`)})]})}function ct(e){return e instanceof X?[i(`Không kết nối được với hệ thống`,`The service cannot be reached`),i(`Kiểm tra mạng rồi thử lại; những gì đã nhập vẫn còn.`,`Check the network and try again; what you typed is still there.`)]:e instanceof Y&&e.code===`BAD_TOKEN`?[i(`Phiên đăng nhập đã hết hạn`,`The session has expired`),i(`Hãy đăng nhập lại.`,`Sign in again.`)]:e instanceof Y&&e.code===`FORBIDDEN`?[i(`Không thuộc quyền xem của bạn`,`Not yours to see`),e.message+(e.clause?` (${s(e.clause)})`:``)]:e instanceof Y?[i(`Hệ thống từ chối`,`The service refused`),`${e.message} (${e.code})`]:[i(`Có lỗi`,`Something went wrong`),String(e)]}function lt({faults:e,children:t}){let n=e.find(e=>e.extensions?.code===`FORBIDDEN`)??e[0];if(!n)return null;let r=n.extensions?.clause;return(0,l.jsxs)(`div`,{className:`state note`,role:`note`,children:[(0,l.jsx)(`strong`,{children:i(`Phần này không thuộc quyền xem của bạn`,`This part is not yours to see`)}),(0,l.jsxs)(`p`,{children:[n.message,r&&` (${s(r)})`]}),t]})}function ut({query:e,what:t,children:n}){return e.data===void 0?e.error?(0,l.jsx)($,{error:e.error,retry:e.refetch}):(0,l.jsx)(at,{...t&&{what:t}}):(0,l.jsx)(l.Fragment,{children:n(e.data)})}export{ye as A,te as B,et as C,ze as D,Z as E,N as F,w as G,_ as H,M as I,f as J,k as K,v as L,R as M,F as N,Be as O,P,S as R,qe as S,Y as T,C as U,ee as V,x as W,d as Y,Qe as _,st as a,He as b,Ye as c,Ge as d,rt as f,Ze as g,Ue as h,at as i,V as j,Fe as k,Je as l,We as m,ot as n,lt as o,it as p,O as q,$ as r,Ve as s,ut as t,Xe as u,nt as v,tt as w,Ke as x,$e as y,ne as z};